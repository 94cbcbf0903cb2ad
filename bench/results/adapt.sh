#!/usr/bin/env bash
# The model in the box, adapted to another laboratory by at most 20 labelled pictures of each class: three choices,
# measured on the other pictures there and on the val part of PBC.
#
#   bench/results/adapt.sh [MODEL]
source "$(dirname "$0")/common.sh"
model=${1:-$root/models/blood_cells.giemsa}
percent() { jq '.accuracy * 1000 | round / 10' "$OUT/$1/evaluation.json"; }
echo "| choice | learned | before | adapted | eight symmetries | PBC, val part |"
echo "|---|---|---|---|---|---|"
for seed in 1 2 3; do
  run=$OUT/adapt_$seed
  [ -e "$run/model.giemsa" ] || "$GIEMSA" adapt "$model" "$BCCD" --out "$run" --seed "$seed" >"$run.txt" 2>"$run.log"
  measure "adapt_${seed}_before" "$model" "$BCCD" --split-file "$run/split.csv" --split val --resamples 0
  measure "adapt_${seed}_after" "$run" "$BCCD" --split val --resamples 0
  measure "adapt_${seed}_after_8" "$run" "$BCCD" --split val --views 8 --resamples 0
  home "adapt_${seed}_home" "$run" --resamples 0
  echo "| $seed | $(grep -c ',train$' "$run/split.csv")" \
    "| $(percent "adapt_${seed}_before") | $(percent "adapt_${seed}_after") | $(percent "adapt_${seed}_after_8")" \
    "| $(percent "adapt_${seed}_home") |"
done
