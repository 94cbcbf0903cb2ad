#!/usr/bin/env bash
# Five-fold cross-validation on all pictures of PBC: recipe `transfer`, three epochs.
#
#   bench/results/crossval.sh
source "$(dirname "$0")/common.sh"
[ -e "$OUT/crossval/crossval.json" ] || "$GIEMSA" crossval "$IMAGES" --recipe transfer --folds 5 --out "$OUT/crossval" \
  --set model.weights="$WEIGHTS" stages.2.epochs=3 2>"$OUT/crossval.log"
jq . "$OUT/crossval/crossval.json" | head -n 60
