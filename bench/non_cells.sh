#!/usr/bin/env bash
# How well a calibrated model tells what is no cell: abstentions and AUROC of its novelty, on validation cells among which
# `giemsa plant` put pictures of something else (nine drawn families, and crops of photographs).
#
#   bench/non_cells.sh MODEL IMAGES SPLIT_CSV PHOTOS [COUNT] [SEED]
#
# COUNT (1000) non-cells. The model must not have been trained on the val part. GIEMSA and PYTHON may be set.
set -euo pipefail
model=$1 images=$(realpath "$2") split=$3 photos=$4 count=${5:-1000} seed=${6:-1}
here=$(cd "$(dirname "$0")" && pwd)
giemsa=${GIEMSA:-$here/../build/release/bin/giemsa}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The val part as a manifest. plant wants several pictures of a class; every class of the part has them.
{
  echo path,label
  grep -E ',val(,|$)' "$split" | cut -d, -f1,2 | sed "s#^#$images/#"
} >"$work/val.csv"
"$giemsa" plant "$work/val.csv" --out "$work/set" --seed "$seed" --repeat 0 --exact-copies 0 --near 0 --flips 0 --corrupt 0 \
  --non-cells "$count" --photos "$photos"
"$giemsa" predict --model "$model" "$work/set/images" >"$work/answers.csv"
"${PYTHON:-python3}" "$here/score_non_cells.py" "$work/answers.csv" "$work/set"
