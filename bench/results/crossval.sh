#!/usr/bin/env bash
# Three-fold cross-validation on all pictures of PBC: recipe `transfer`, two epochs.
#
#   bench/results/crossval.sh
source "$(dirname "$0")/common.sh"
[ -e "$OUT/crossval/crossval.json" ] || "$GIEMSA" crossval "$IMAGES" --recipe transfer --folds 3 --out "$OUT/crossval" \
  --set model.weights="$WEIGHTS" stages.1.epochs=2 2>"$OUT/crossval.log"
jq . "$OUT/crossval/crossval.json" | head -n 60
