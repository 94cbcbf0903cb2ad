#!/usr/bin/env bash
# Installs the Debian packages that giemsa is built on, where any are missing. HACKING.md says what each is for.
set -euo pipefail

packages=(
  g++ cmake ninja-build                        # to build
  libtorch-dev libopenblas0-openmp             # training; LibTorch's matrix products
  libgloo-dev                                  # training by several processes
  libdnnl-dev                                  # prediction
  libopencv-core-dev libopencv-imgproc-dev     # pixels
  libturbojpeg0-dev libpng-dev libtiff-dev     # codecs
  libzip-dev zlib1g-dev libssl-dev             # npz, packed tensors, hashes
  libxxhash-dev libeigen3-dev                  # inspection: hashes of pixels, linear algebra
  libcpp-httplib-dev                           # the service
  libcurl4-openssl-dev ca-certificates         # fetching published weights
  libfmt-dev libcli11-dev libtomlplusplus-dev nlohmann-json3-dev
  gnuplot-nox                                  # figures of the report
  libgtest-dev libgmock-dev pkg-config         # tests
  libonnx-dev libprotobuf-dev libopencv-dnn-dev  # tests of exported models
  chromium                                     # tests of the page
)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

echo "These Debian packages are missing and will be installed: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "error: run as root, or install sudo" >&2; exit 2; }
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
