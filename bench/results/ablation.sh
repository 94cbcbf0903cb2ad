#!/usr/bin/env bash
# What each part of the recipe brings: short.toml, and rows that change one thing. Pre-training, augmentation, mixing,
# moving average, standard colours, distillation, resolution.
#
#   bench/results/ablation.sh
source "$(dirname "$0")/common.sh"
here=$(dirname "$0")

# row NAME WORDS ARGUMENT…: trains, measures, and prints a row.
row() {
  local name=ablation_$1 words=$2
  shift 2
  train "$name" "$IMAGES" --recipe "$here/short.toml" --split "$SPLIT" "$@"
  home "${name}_home" "$OUT/$name" --corruptions augmented
  measure "${name}_bccd" "$OUT/$name" "$BCCD" --other-laboratory --resamples 0
  echo "| $words | $(jq '.accuracy * 10000 | round / 100' "$OUT/${name}_home/evaluation.json")" \
    "| $(jq '.macro.f1 * 10000 | round / 100' "$OUT/${name}_home/evaluation.json")" \
    "| $(augmented "$OUT/${name}_home") | $(of_laboratory "$OUT/${name}_bccd" "the model's own way" restricted) |"
}

echo "| changed | accuracy | macro F1 | augmented test set | other laboratory, its five classes |"
echo "|---|---|---|---|---|"
row base "nothing" --weights "$WEIGHTS"
row geometry "augmentation: flips, turns, a little zoom and colour (\`light\`)" --weights "$WEIGHTS" --set augment.policy=light
row none "no augmentation" --weights "$WEIGHTS" --set augment.policy=none
row scratch "no pre-training"
row unmixed "no MixUp or CutMix" --weights "$WEIGHTS" --set mix.probability=0
row raw "no moving average of the weights" --weights "$WEIGHTS" --set train.ema_decay=0
row colours "no standard colours" --weights "$WEIGHTS" --set data.standardise=false
train teacher "$IMAGES" --recipe transfer --weights "$WEIGHTS" --split "$SPLIT" --set data.crop_px=200
row taught "half of the target from a teacher (recipe \`transfer\`)" --weights "$WEIGHTS" \
  --set distill.teacher="$OUT/teacher" distill.weight=0.5
row 64 "64 px" --weights "$WEIGHTS" --set data.input_px=64
row 128 "128 px" --weights "$WEIGHTS" --set data.input_px=128
