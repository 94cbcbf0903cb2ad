#!/bin/bash
# Builds the fuzzers with clang (Debian: clang libomp-dev unzip) and runs each, from a corpus that begins with the
# files of the tests.
#
#   fuzz/run.sh [SECONDS] [TARGET…]     60 seconds of every target, e.g.: fuzz/run.sh 600 torch_file
#
# Corpora grow in build/fuzz/corpus/TARGET; an input that crashes is left in build/fuzz/finds/TARGET-….
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift $(($# > 0))
golden=tests/golden/data

seed() {  # TARGET FOLDER: copies the files of the tests that a target begins with
  case $1 in
    safetensors) cp $golden/safetensors/*.safetensors "$2" ;;
    torch_file) cp $golden/torch/* "$2" ;;
    keras_file) cp $golden/keras_files/*.h5 "$2" ;;
    pickle)
      for archive in $golden/torch/*.pth; do
        pickle=$2/$(basename "$archive" .pth).pkl
        unzip -qp "$archive" '*/data.pkl' > "$pickle" 2> /dev/null || rm "$pickle"  # the older format is no archive
      done ;;
    http_request)
      printf '\x07POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n' > "$2/chunks"
      printf '\xffPOST / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nContent-Length: 63\r\nContent-Type: %s\r\n\r\n%s' \
        'multipart/form-data; boundary=b' \
        $'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\ncontent\r\n--b--' > "$2/form" ;;
    model_folder) build/fuzz/bin/model_folder_seeds "$2" ;;
    *) echo "no seeds are known for the target '$1'" >&2; return 1 ;;
  esac
}

if (($# == 0)); then
  for source in fuzz/*_fuzz.cpp; do set -- "$@" "$(basename "$source" _fuzz.cpp)"; done
fi
mkdir -p build
cmake --preset fuzz > build/fuzz-configure.log 2>&1 || { cat build/fuzz-configure.log; exit 1; }
cmake --build --preset fuzz --target "${@/%/_fuzz}"
for target in "$@"; do
  corpus=build/fuzz/corpus/$target
  mkdir -p "$corpus" build/fuzz/finds
  seed "$target" "$corpus"
  echo "== $target: $seconds s"
  build/fuzz/bin/"${target}_fuzz" -max_total_time="$seconds" -rss_limit_mb=1024 -max_len=65536 -timeout=10 \
    -artifact_prefix="build/fuzz/finds/$target-" -print_final_stats=1 -print_funcs=0 -verbosity=0 "$corpus" 2>&1 |
    sed '/# Recommended dictionary/,/# End of recommended/d'
done
