#!/usr/bin/env bash
# The time of `giemsa inspect` (without a model, report included) against only decoding the same files with
# libjpeg-turbo on the same cores, and against bench/peers/inspect_pillow.py; in turn, whole processes. Prints seconds
# and peak memory of each round, then the median ratios.
#
#   bench/inspect.sh IMAGES [ROUNDS]
set -euo pipefail
images=$(realpath "$1") rounds=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
giemsa=${GIEMSA:-$here/../build/release/bin/giemsa}
decode=${BENCH_DECODE_JPEG:-$here/../build/release/bin/bench_decode_jpeg}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# timed COMMAND...: "seconds megabytes", the memory being that of its largest process.
timed() {
  /usr/bin/time -f '%e %M' -o "$work/time" "$@" >/dev/null 2>"$work/said" || { cat "$work/said" >&2; return 1; }
  awk '{printf "%.2f %.0f", $1, $2 / 1024}' "$work/time"
}
median() { sort -n | awk '{r[NR] = $1} END {print r[int((NR + 1) / 2)]}'; }

timed "$decode" "$images" >/dev/null  # the files are in memory from here on
for round in $(seq "$rounds"); do
  decoding=$(timed "$decode" "$images")
  ours=$(timed "$giemsa" inspect "$images" --out "$work/giemsa")
  peer=$(timed "${PYTHON:-python3}" "$here/peers/inspect_pillow.py" "$images" "$work/peer")
  read -r d _ <<<"$decoding"; read -r a memory <<<"$ours"; read -r p peer_memory <<<"$peer"
  awk "BEGIN {printf \"%.3f\n\", $a / $d}" >>"$work/to_decoding"
  awk "BEGIN {printf \"%.3f\n\", $p / $a}" >>"$work/to_peer"
  printf 'round %d: only decoding %s s, giemsa %s s (%s MB), peer %s s (%s MB a process)\n' \
         "$round" "$d" "$a" "$memory" "$p" "$peer_memory"
done
printf 'median: giemsa takes %s times the decoding, the peer %s times giemsa\n' \
       "$(median <"$work/to_decoding")" "$(median <"$work/to_peer")"
