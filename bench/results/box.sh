#!/usr/bin/env bash
# The model in the box: trains it, calibrates it, and measures it at home, corrupted, and in another laboratory.
#
#   bench/results/box.sh [MODEL]
#
# MODEL: measure this one, e.g. models/blood_cells.giemsa, and train none.
source "$(dirname "$0")/common.sh"
model=${1:-$OUT/box/model.giemsa}
if [ $# -eq 0 ]; then
  train box "$IMAGES" --recipe blood_cells --weights "$WEIGHTS" --split "$SPLIT"
  "$GIEMSA" calibrate "$IMAGES" --model "$model" --split-file "$SPLIT" --cut-frames --second-looks
fi
home box_home "$model" --corruptions all augmented
home box_home_8 "$model" --views 8
measure box_bccd "$model" "$BCCD" --other-laboratory
echo "| way | accuracy | precision | recall | F1 | AUC | ECE |"
echo "|---|---|---|---|---|---|---|"
echo "| one view | $(figures "$OUT/box_home") |"
echo "| eight symmetries | $(figures "$OUT/box_home_8") |"
echo
echo "Corruptions $(mean_corrupted "$OUT/box_home") %, augmented test set $(augmented "$OUT/box_home") %"
echo
cat "$OUT/box_bccd/laboratory.csv"
