#!/usr/bin/env bash
# Networks trained to their end on two cores, as the reports train theirs: from scratch, and from ImageNet weights with
# AXON's head and stages; and giemsa's plain recipe. Clean, corrupted and augmented; another laboratory.
#
#   bench/results/trained.sh
source "$(dirname "$0")/common.sh"

# row NAME WORDS ARGUMENT…
row() {
  local name=$1 words=$2
  shift 2
  train "$name" "$IMAGES" --split "$SPLIT" --set data.crop_px=200 "$@"
  home "${name}_home" "$OUT/$name" --corruptions all augmented
  measure "${name}_bccd" "$OUT/$name" "$BCCD" --other-laboratory --resamples 0
  echo "| $words | $(figures "$OUT/${name}_home") | $(mean_corrupted "$OUT/${name}_home") | $(augmented "$OUT/${name}_home")" \
    "| $(of_laboratory "$OUT/${name}_bccd" "standard colours" restricted) |"
}

echo "| network | accuracy | precision | recall | F1 | AUC | ECE | corrupted | augmented | other laboratory |"
echo "|---|---|---|---|---|---|---|---|---|---|"
row baseline "two convolutions from scratch (DL Bois's first; recipe \`baseline\`, 12 epochs)" stages.0.epochs=12 --recipe baseline
row axon_mobilenet "MobileNetV2, AXON's head, stages, mixing and AugMix (recipe \`axon\`, 17 epochs)" train.batch=64 \
  stages.0.epochs=5 stages.1.epochs=3 stages.2.epochs=3 stages.3.epochs=3 stages.4.epochs=3 \
  --recipe axon --model mobilenet_v2_keras --weights "$WEIGHTS"
row teacher "MobileNetV2, light augmentation (recipe \`transfer\`, 9 epochs)" --recipe transfer --weights "$WEIGHTS"
