#!/usr/bin/env bash
# Tests the page of `giemsa serve` in headless Chromium: run.sh GIEMSA PEER [PATTERN]. GIEMSA: the program.
# PEER: the folder that scripts/install_browser_tests.sh has filled. PATTERN: of the names of single tests.
# Ends with 77 where something is absent, which CTest takes for skipped.
set -euo pipefail
giemsa=$1 peer=$2

skip() {
  echo "[  SKIPPED ] page_browser ($1)"
  exit 77
}
command -v node >/dev/null || skip "no node"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || skip "node is older than 20"
for package in playwright-core axe-core; do
  [ -f "$peer/node_modules/$package/package.json" ] || skip "no $package in $peer; npm installs it"
done
chromium=${GIEMSA_CHROMIUM:-$(command -v chromium || command -v google-chrome || true)}
[ -n "$chromium" ] || skip "no chromium"

exec node "$(dirname "$0")/run.mjs" "$giemsa" "$(realpath "$peer")" "$chromium" "${3:-}"
