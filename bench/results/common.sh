# What the scripts of this folder share; each sources it. Figures of docs/results.md come from here.
#
#   IMAGES   the pictures of PBC (Acevedo et al. 2020), class folders          default ../shared/data/pbc/images
#   SPLIT    its split.csv, with a train and a val part                        default ../shared/data/pbc/split.csv
#   WEIGHTS  ImageNet weights of Keras' MobileNetV2 1.0 without top            default ../shared/weights/mobilenet_v2_1.0_224_keras_notop.safetensors
#   BCCD     crops of another laboratory, five of the eight classes            default ../shared/data/bccd_crops
#   OUT      where runs and evaluations go; a part that is there is not made again   default build/results
#   GIEMSA   the program                                                       default build/release/bin/giemsa
#
# Needs the Debian package jq.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
shared=${GIEMSA_DATA:-$root/../shared}
IMAGES=$(realpath "${IMAGES:-$shared/data/pbc/images}")
SPLIT=$(realpath "${SPLIT:-$shared/data/pbc/split.csv}")
WEIGHTS=$(realpath "${WEIGHTS:-$shared/weights/mobilenet_v2_1.0_224_keras_notop.safetensors}")
BCCD=$(realpath "${BCCD:-$shared/data/bccd_crops}")
OUT=${OUT:-$root/build/results}
GIEMSA=${GIEMSA:-$root/build/release/bin/giemsa}
mkdir -p "$OUT"

# train NAME DATA ARGUMENT…: a run folder OUT/NAME, made or finished; what it says goes to OUT/NAME.log.
train() {
  local name=$1 data=$2
  shift 2
  [ -e "$OUT/$name/model.giemsa/trust.safetensors" ] && return
  [ -e "$OUT/$name/checkpoint.safetensors" ] && set -- --resume
  "$GIEMSA" train "$data" --out "$OUT/$name" "$@" >>"$OUT/$name.log" 2>&1
}

# measure NAME MODEL DATA ARGUMENT…: an evaluation OUT/NAME.
measure() {
  local name=$1 model=$2 data=$3
  shift 3
  [ -e "$OUT/$name/evaluation.json" ] ||
    "$GIEMSA" evaluate "$data" --model "$model" --out "$OUT/$name" "$@" >>"$OUT/$name.log" 2>&1
}

# home NAME MODEL ARGUMENT…: the same on the val part of PBC.
home() {
  local name=$1 model=$2
  shift 2
  measure "$name" "$model" "$IMAGES" --split-file "$SPLIT" --split val "$@"
}

# figures EVALUATION: a row "accuracy (interval) | precision | recall | F1 | AUC | ECE", macro averages, per cent.
figures() {
  jq -r 'def p: (. * 10000 | round) / 100;
    def i(x): if x then " (\(x[0] | p)–\(x[1] | p))" else "" end;
    "\(.accuracy | p)\(i(.intervals.accuracy)) | \(.macro.precision | p)\(i(.macro.intervals.precision)) | \(.macro.recall | p)\(i(.macro.intervals.recall)) | \(.macro.f1 | p)\(i(.macro.intervals.f1)) | \(.roc_auc | p)\(i(.intervals.roc_auc)) | \(.ece * 1000 | round / 1000)"' \
    "$1/evaluation.json"
}

# of_laboratory EVALUATION WAY CLASSES: accuracy / balanced accuracy, per cent, that laboratory.csv gives.
of_laboratory() {
  awk -F, -v way="$2" -v classes="$3" '$1 == way && $2 == classes {printf "%.1f / %.1f", 100 * $3, 100 * $6}' "$1/laboratory.csv"
}

# mean_corrupted EVALUATION: the mean accuracy over all corruptions and severities, per cent.
mean_corrupted() {
  awk -F, 'NR > 1 && $2 > 0 {s += $3; n++} END {printf "%.1f", 100 * s / n}' "$1/robustness.csv"
}

# augmented EVALUATION: the accuracy on the augmented test set, per cent.
augmented() { awk -F, '$1 == "augmented" {printf "%.1f", 100 * $3}' "$1/robustness.csv"; }
