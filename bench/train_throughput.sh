#!/usr/bin/env bash
# Training throughput of giemsa against bench/peers/train_torchvision.py, in pairs: the same job (MobileNetV2, 96 px,
# batch 64, augmentation included), the same LibTorch, the same pictures, in turn. Prints images/s and the ratio of each
# pair, then the median ratio.
#
#   bench/train_throughput.sh IMAGES SPLIT_CSV [PAIRS]
set -euo pipefail
images=$(realpath "$1") split=$(realpath "$2") pairs=${3:-5}
steps=60 batch=64
here=$(cd "$(dirname "$0")" && pwd)
giemsa=${GIEMSA:-$here/../build/release/bin/giemsa}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# As many training pictures as the steps need, and a few to validate.
{
  head -n 1 "$split"
  grep -E ',train(,|$)' "$split" | shuf -n $((steps * batch)) --random-source=<(yes)
  grep -E ',val(,|$)' "$split"
} >"$work/split.csv"
cat >"$work/recipe.toml" <<'E2'
[data]
crop_px = 200
[model]
name = "mobilenet_v2"
[[stages]]
epochs = 1
E2

ratios=()
for pair in $(seq "$pairs"); do
  peer=$("${PYTHON:-python3}" "$here/peers/train_torchvision.py" "$images" "$work/split.csv" --steps $((steps - 10)) \
         --workers "${PEER_WORKERS:-0}" | awk '{print $2}')
  "$giemsa" train "$images" --recipe "$work/recipe.toml" --split "$work/split.csv" --out "$work/run$pair" 2>/dev/null
  ours=$(sed -E 's/.*"images_per_second":([0-9.]+).*/\1/' "$work/run$pair/metrics.jsonl")
  ratio=$(awk "BEGIN {printf \"%.2f\", $ours / $peer}")
  ratios+=("$ratio")
  printf 'pair %d: peer %.1f images/s, giemsa %.1f images/s, ratio %s\n' "$pair" "$peer" "$ours" "$ratio"
done
printf '%s\n' "${ratios[@]}" | sort -n | awk '{r[NR] = $1} END {print "median ratio " r[int((NR + 1) / 2)]}'
