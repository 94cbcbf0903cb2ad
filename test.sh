#!/usr/bin/env bash
# Builds giemsa and runs every test. Tests that need the real images look in ../shared or $GIEMSA_DATA and are
# reported as skipped where they are absent. Further arguments go to ctest: ./test.sh -R predict
set -euo pipefail
cd "$(dirname "$0")"
scripts/install_packages.sh
cmake --preset release -DGIEMSA_TESTS=ON >/dev/null
cmake --build --preset release
ctest --preset release -j 2 "$@"
grep '^\[  SKIPPED \] .*)$' build/release/Testing/Temporary/LastTest.log || echo "No test was skipped."
