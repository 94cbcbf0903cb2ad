#!/usr/bin/env bash
# Installs what the tests of the page drive Chromium and look for accessibility faults with into a folder,
# where it is not there yet: scripts/install_browser_tests.sh FOLDER
set -euo pipefail
wanted=$(dirname "$0")/../tests/page_browser/package.json
if cmp -s "$wanted" "$1/package.json" && [ -d "$1/node_modules/playwright-core" ]; then exit 0; fi
mkdir -p "$1"
# As NAME@VERSION. The list itself is copied last, so that an interrupted run is repeated.
mapfile -t packages < <(sed -n 's/^    "\(.*\)": "\(.*\)",\{0,1\}$/\1@\2/p' "$wanted")
npm install --prefix "$1" --ignore-scripts --no-package-lock --no-audit --no-fund --silent "${packages[@]}"
cp "$wanted" "$1/package.json"
