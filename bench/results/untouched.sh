#!/usr/bin/env bash
# Robustness of a training that has seen none of the corruptions that it is measured by (untouched.toml).
#
#   bench/results/untouched.sh
source "$(dirname "$0")/common.sh"
train untouched "$IMAGES" --recipe "$(dirname "$0")/untouched.toml" --weights "$WEIGHTS" --split "$SPLIT"
home untouched_home "$OUT/untouched" --corruptions all augmented
echo "| accuracy | precision | recall | F1 | AUC | ECE |"
echo "|---|---|---|---|---|---|"
echo "| $(figures "$OUT/untouched_home") |"
echo
echo "Corruptions $(mean_corrupted "$OUT/untouched_home") %, augmented test set $(augmented "$OUT/untouched_home") %"
