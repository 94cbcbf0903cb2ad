#!/usr/bin/env bash
# Augmentation against torchvision with Pillow doing the same policy, one thread each, in turn on the same decoded
# pictures:  bench/augment.sh IMAGES [PAIRS] [INPUT_PX]
# Prints CPU microseconds a view of either (the median of the pairs) and the median of their ratios. Peer: Debian
# packages python3-torchvision, python3-pil.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: bench/augment.sh IMAGES [PAIRS] [INPUT_PX]" >&2; exit 2; }
images=$(realpath "$1") pairs=${2:-5} side=${3:-96}
cd "$(dirname "$0")/.."
program=${GIEMSA_BENCH_AUGMENT:-build/release/bin/bench_augment}
[ -x "$program" ] || { echo "no $program: cmake --preset release -DGIEMSA_BENCH=ON, and build" >&2; exit 2; }
policies="light full randaugment trivialaugment augmix"

data=$(mktemp)
trap 'rm -f "$data"' EXIT
for ((pair = 0; pair < pairs; ++pair)); do
  for policy in $policies; do
    ours=$("$program" "$images" 512 "$side" "$policy" | cut -d' ' -f2)
    theirs=$(/usr/bin/python3 bench/peers/augment_torchvision.py "$images" 512 "$side" "$policy" | cut -d' ' -f2)
    echo "$policy $ours $theirs" >>"$data"
  done
done
median() { sort -g | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
printf '%-16s %12s %14s %8s\n' policy giemsa torchvision ratio
for policy in $policies; do
  rows=$(grep "^$policy " "$data")
  printf '%-16s %9.1f us %11.1f us %8.1f\n' "$policy" "$(cut -d' ' -f2 <<<"$rows" | median)" \
    "$(cut -d' ' -f3 <<<"$rows" | median)" "$(awk '{ print $3 / $2 }' <<<"$rows" | median)"
done
