#!/usr/bin/env bash
# What training each network of the reports costs on this machine: a few steps of batches of 32 at 96 px, everything
# trained from scratch, light augmentation: images/s, seconds per step, peak memory, and the projected hours of ten
# epochs of 12,317 pictures.
#
#   bench/results/networks.sh [NETWORK…]
#
# Needs the Debian package time.
source "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || set -- baseline_cnn baseline_cnn3 mobilenet_v1_keras mobilenet_v2_keras mobilenet_v3_small_keras \
  mobilenet_v3_large_keras efficientnet_b0_keras efficientnet_b2_keras resnet18 resnet50_keras resnet101_keras \
  resnet152_keras vgg16_keras vgg19_keras xception_keras convnext_atto convnext_tiny_keras convnext_small_keras \
  convnext_base_keras convnext_large_keras
batch=32
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# steps N: a split of as many pictures as N steps need, and 32 to validate.
steps() {
  head -n 1 "$SPLIT"
  grep -E ',train(,|$)' "$SPLIT" | shuf -n $(($1 * batch)) --random-source=<(yes)
  grep -E ',val(,|$)' "$SPLIT" | shuf -n 32 --random-source=<(yes)
}

cat >"$work/recipe.toml" <<E2
[model]
name = "mobilenet_v2_keras"
[train]
batch = $batch
ema_decay = 0
[[stages]]
name = "all"
epochs = 1
lr = 1e-4
E2

echo "| network | million parameters | million multiply-adds | s/step | images/s | peak MiB | hours of ten epochs |"
echo "|---|---|---|---|---|---|---|"
for network in "$@"; do
  read -r parameters adds < <("$GIEMSA" models | awk -v n="$network" '$1 == n {gsub(",", ""); print $2 / 1e6, $3 / 1e6}')
  count=$(awk "BEGIN {print ($adds > 500 ? 6 : 24)}")
  steps "$count" >"$work/split.csv"
  rm -rf "$work/run"
  /usr/bin/time -o "$work/time" -f %M "$GIEMSA" train "$IMAGES" --recipe "$work/recipe.toml" --model "$network" \
    --split "$work/split.csv" --no-calibrate --out "$work/run" 2>"$work/log" || { tail -n 1 "$work/log"; continue; }
  awk -v n="$network" -v p="$parameters" -v a="$adds" -v kib="$(tail -n 1 "$work/time")" -v b=$batch \
    -v rate="$(sed -E 's/.*"images_per_second":([0-9.]+).*/\1/' "$work/run/metrics.jsonl")" \
    'BEGIN {printf "| %s | %.1f | %.0f | %.2f | %.1f | %.0f | %.1f |\n", n, p, a, b / rate, rate, kib / 1024, 123170 / rate / 3600}'
done
