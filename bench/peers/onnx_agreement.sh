#!/usr/bin/env bash
# Exports every registered network with random weights, one after the other, and compares its logits in ONNX Runtime
# and OpenCV with the native executor's: max |difference| / max(1, max |logit|), two pictures at 96 px (or the least
# that the network takes). Needs onnxruntime-node where test.sh installs it (or $GIEMSA_ONNX_PEER), 6 GB of memory
# and 1.5 GB for temporary files.
#
#   bench/peers/onnx_agreement.sh [NAME_PATTERN]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${ONNX_TEST:-$here/../../build/release/bin/onnx_test}
results=$(mktemp --suffix .json)
trap 'rm -f "$results"' EXIT

GIEMSA_ONNX_ALL=1 "$program" --gtest_filter="Onnx/OnnxNetworks.Agree/${1:-*}" --gtest_output="json:$results" \
  >/dev/null 2>&1 || echo "Not all networks agree." >&2
"${PYTHON:-python3}" - "$results" <<'PYTHON'
import json, sys
rows = [test for suite in json.load(open(sys.argv[1]))['testsuites'] for test in suite['testsuite']]
print(f"{'network':<32} {'MB':>8} {'ONNX Runtime':>13} {'OpenCV':>9}")
for row in rows:
    verdict = 'FAILED' if 'failures' in row else '' if row['result'] == 'COMPLETED' else row['result']
    print(f"{row['name'].split('/')[-1]:<32} {row.get('megabytes', '-'):>8} {row.get('onnx_runtime', '-'):>13} "
          f"{row.get('opencv', '-'):>9} {verdict}")
worst = max((float(row['onnx_runtime']) for row in rows if 'onnx_runtime' in row), default=float('nan'))
failed = sum('failures' in row for row in rows)
print(f"{len(rows)} networks, {failed} failed; largest difference in ONNX Runtime {worst:.1e}")
sys.exit(failed > 0)
PYTHON
