#!/usr/bin/env bash
# What cleaning is worth: 11,959 training cells of PBC with the reports' faults planted among them (13,759 pictures of
# repeats and cells, near-duplicates, non-cells, 2 % wrong labels, broken files), trained on as they are, and after
# `giemsa clean`. Each run chooses its epoch on a tenth of
# its own pictures; all are measured on the clean val part.
#
#   bench/results/cleaning.sh [PHOTOS]
#
# PHOTOS: a folder of photographs to crop non-cells from.
source "$(dirname "$0")/common.sh"
photos=${1:-$shared/data/photos}
base=$OUT/dirty
if [ ! -e "$base/images" ]; then
  { echo path,label; grep -E ',train(,|$)' "$SPLIT" | cut -d, -f1,2 | sed "s#^#$IMAGES/#"; } >"$OUT/train.csv"
  "$GIEMSA" plant "$OUT/train.csv" --cells 11959 --seed 1 --out "$base" --photos "$photos" >"$OUT/dirty.log" 2>&1
fi
[ -e "$OUT/cleaned/manifest.csv" ] || "$GIEMSA" clean "$base/images" --out "$OUT/cleaned" >>"$OUT/dirty.log" 2>&1

options=(--recipe transfer --weights "$WEIGHTS" --set data.ratios=90/10 stages.1.epochs=3)
train cleaning_as_is "$base/images" "${options[@]}"
train cleaning_cleaned "$OUT/cleaned/manifest.csv" "${options[@]}"

echo "| trained on | pictures | accuracy on its own tenth | accuracy on the clean val part | macro F1 | ECE |"
echo "|---|---|---|---|---|---|"
for kind in as_is cleaned; do
  run=$OUT/cleaning_$kind
  measure "cleaning_${kind}_own" "$run" "$([ $kind = as_is ] && echo "$base/images" || echo "$OUT/cleaned/manifest.csv")" --split val
  home "cleaning_${kind}_home" "$run"
  echo "| $kind | $(($(wc -l <"$run/split.csv") - 1)) | $(jq '.accuracy * 10000 | round / 100' "$OUT/cleaning_${kind}_own/evaluation.json")" \
    "| $(jq '.accuracy * 10000 | round / 100' "$OUT/cleaning_${kind}_home/evaluation.json")" \
    "| $(jq '.macro.f1 * 10000 | round / 100' "$OUT/cleaning_${kind}_home/evaluation.json")" \
    "| $(jq '.ece * 1000 | round / 1000' "$OUT/cleaning_${kind}_home/evaluation.json") |"
done
