#!/usr/bin/env bash
# Builds giemsa and runs every test. Tests that need the real images look in ../shared or $GIEMSA_DATA and are
# reported as skipped where they are absent. Further arguments go to ctest: ./test.sh -R predict
set -euo pipefail
cd "$(dirname "$0")"
scripts/install_packages.sh
cmake --preset release -DGIEMSA_TESTS=ON >/dev/null
cmake --build --preset release
# ONNX Runtime, which exported models are compared with, and what drives the browser that shows the page come from
# npm; without them those tests are skipped.
if command -v node >/dev/null && command -v npm >/dev/null; then
  scripts/install_onnx_runtime.sh build/release/onnx_peer || echo "ONNX Runtime could not be installed." >&2
  scripts/install_browser_tests.sh build/release/browser_peer || echo "playwright-core could not be installed." >&2
fi
ctest --preset release -j 2 "$@"
grep '^\[  SKIPPED \] .*)$' build/release/Testing/Temporary/LastTest.log || echo "No test was skipped."
