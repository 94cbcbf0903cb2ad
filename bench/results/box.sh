#!/usr/bin/env bash
# The model in the box: trains it, calibrates it, and measures it at home, corrupted, and in another laboratory.
#
#   bench/results/box.sh [MODEL]
#
# MODEL: measure this one, e.g. models/blood_cells.giemsa, and train none.
source "$(dirname "$0")/common.sh"
model=${1:-$OUT/box/model.giemsa}
name=box${1:+_given}
if [ $# -eq 0 ]; then
  train box "$IMAGES" --recipe blood_cells --weights "$WEIGHTS" --split "$SPLIT"
  "$GIEMSA" calibrate "$IMAGES" --model "$model" --split-file "$SPLIT" --cut-frames --second-looks
fi
home "${name}_home" "$model" --corruptions all augmented
home "${name}_home_8" "$model" --views 8
measure "${name}_bccd" "$model" "$BCCD" --other-laboratory
echo "| way | accuracy | precision | recall | F1 | AUC | ECE |"
echo "|---|---|---|---|---|---|---|"
echo "| one view | $(figures "$OUT/${name}_home") |"
echo "| eight symmetries | $(figures "$OUT/${name}_home_8") |"
echo
echo "Corruptions $(mean_corrupted "$OUT/${name}_home") %, augmented test set $(augmented "$OUT/${name}_home") %"
echo
cat "$OUT/${name}_bccd/laboratory.csv"
