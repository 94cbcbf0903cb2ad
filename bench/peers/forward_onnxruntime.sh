#!/usr/bin/env bash
# The native executor against ONNX Runtime (its Node package) on the same networks: 96 px, fresh weights, floats and 8-bit
# integers, one picture on one thread and sixteen on two. Rounds of all in turn; the figures are the medians of
# each round's ratio, of the best call in each. Needs node and onnxruntime-node (./test.sh installs it).
# With INT8=1 ONNX Runtime multiplies 8-bit integers (giemsa export --int8), and the floats are left out.
#
#   bench/peers/forward_onnxruntime.sh [ROUNDS] [NETWORK...]
set -euo pipefail
rounds=${1:-5}
shift || true
[ $# -gt 0 ] || set -- mobilenet_v2 efficientnet_b2 resnet50 convnext_tiny
here=$(cd "$(dirname "$0")" && pwd)
bin=${GIEMSA_BENCH_BIN:-$here/../../build/release/bin}
export GIEMSA_ONNX_PEER=${GIEMSA_ONNX_PEER:-$here/../../build/release/onnx_peer}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seconds=${SECONDS_EACH:-1}

best() { sed -E 's/.* ([0-9.]+) best/\1/'; }
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

if [ -n "${INT8:-}" ]; then
  echo "| network | pictures, threads | ONNX Runtime, 8-bit integers, images/s | giemsa, 8-bit integers | ratio |"
  echo "|---|---|---|---|---|"
else
  echo "| network | pictures, threads | ONNX Runtime, images/s | floats | ratio | 8-bit integers | ratio |"
  echo "|---|---|---|---|---|---|---|"
fi
for network in "$@"; do
  "$bin/bench_export_network" "$network" "$work/$network.onnx" ${INT8:+int8}
  for shape in "1 1" "16 2"; do
    rm -f "$work"/*.txt
    for _ in $(seq "$rounds"); do
      a=0
      # shellcheck disable=SC2086
      [ -n "${INT8:-}" ] || a=$("$bin/bench_forward_native" "$network" $shape "$seconds" | best)
      # shellcheck disable=SC2086
      b=$(node "$here/forward_onnxruntime.mjs" "$work/$network.onnx" $shape "$seconds" | best)
      # shellcheck disable=SC2086
      c=$("$bin/bench_forward_native" "$network" $shape "$seconds" int8 | best)
      echo "$a" >> "$work/a.txt"; echo "$b" >> "$work/b.txt"; echo "$c" >> "$work/c.txt"
      awk "BEGIN {print $a / $b}" >> "$work/ab.txt"; awk "BEGIN {print $c / $b}" >> "$work/cb.txt"
    done
    printf '| %s | %s | %.0f |' "$network" "${shape/ /, }" "$(median < "$work/b.txt")"
    [ -n "${INT8:-}" ] || printf ' %.0f | %.2f |' "$(median < "$work/a.txt")" "$(median < "$work/ab.txt")"
    printf ' %.0f | %.2f |\n' "$(median < "$work/c.txt")" "$(median < "$work/cb.txt")"
  done
  rm "$work/$network.onnx"
done
