#!/usr/bin/env bash
# Forward throughput of the LibTorch executor against eager torchvision on the same LibTorch, 96 px, batch 16, in pairs:
# giemsa, the peer in its default layout, the peer channels-last, in turn. The ratio is to the faster of the two.
#
#   bench/forward_throughput.sh [PAIRS] [NETWORK...]
set -euo pipefail
pairs=${1:-5}
shift || true
[ $# -gt 0 ] || set -- resnet50 efficientnet_b2 convnext_tiny mobilenet_v2
here=$(cd "$(dirname "$0")" && pwd)
ours=${BENCH_TORCH_FORWARD:-$here/../build/release/bin/bench_torch_forward}
peer() { "${PYTHON:-python3}" "$here/peers/forward_torchvision.py" "$@" | awk '{print $2}'; }

for network in "$@"; do
  ratios=()
  for pair in $(seq "$pairs"); do
    a=$("$ours" "$network" | awk '{print $2}')
    b=$(peer "$network")
    c=$(peer "$network" --channels-last)
    ratio=$(awk "BEGIN {best = $b > $c ? $b : $c; printf \"%.2f\", $a / best}")
    ratios+=("$ratio")
    printf '%s pair %d: giemsa %.1f, peer %.1f, peer channels-last %.1f images/s, ratio %s\n' \
           "$network" "$pair" "$a" "$b" "$c" "$ratio"
  done
  printf '%s\n' "${ratios[@]}" | sort -n |
    awk -v n="$network" '{r[NR] = $1} END {print n ": median ratio " r[int((NR + 1) / 2)]}'
done
