#!/usr/bin/env bash
# What inspection and cleaning find of what was planted: the duplicates of IMAGES are taken out, then for each seed a
# dirtied copy as in the reports (11,959 cells, 1,800 repeats of two pictures, 300 near-duplicates, 100 other non-cells,
# 2 % wrong labels, 20 broken files) is inspected and cleaned by the default rules, and scored against its truth.
#
#   bench/cleaning.sh IMAGES [PHOTOS] [SEED...]
#
# PHOTOS: a folder of photographs to crop non-cells from, "" for drawn ones only.
set -euo pipefail
images=$(realpath "$1") photos=${2:-}
shift $(($# < 2 ? $# : 2))
here=$(cd "$(dirname "$0")" && pwd)
giemsa=${GIEMSA:-$here/../build/release/bin/giemsa}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$giemsa" clean "$images" --out "$work/base" --set clean.non_cells=keep >/dev/null 2>&1
[ $# -gt 0 ] || set -- 1 2 3
for seed in "$@"; do
  echo "seed $seed"
  "$giemsa" plant "$work/base/manifest.csv" --cells 11959 --seed "$seed" --out "$work/dirty" \
            ${photos:+--photos "$photos"} >/dev/null 2>&1
  "$giemsa" inspect "$work/dirty/images" --out "$work/inspection" >/dev/null 2>&1
  "$giemsa" clean "$work/dirty/images" --out "$work/cleaned" >/dev/null 2>&1
  "${PYTHON:-python3}" "$here/score_cleaning.py" "$work/dirty/truth.csv" "$work/inspection" "$work/cleaned"
  rm -rf "$work/dirty" "$work/inspection" "$work/cleaned"
done
