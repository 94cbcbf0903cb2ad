#!/usr/bin/env bash
# Times the search for near-duplicates at growing numbers of pictures and draws
# docs/images/near_duplicates_scaling.svg:  bench/near_duplicates.sh [COUNT...]
set -euo pipefail
cd "$(dirname "$0")/.."
program=${GIEMSA_BENCH_NEAR:-build/release/bin/bench_near_duplicates}
[ -x "$program" ] || { echo "no $program: cmake --preset release -DGIEMSA_BENCH=ON, and build" >&2; exit 2; }
[ $# -gt 0 ] || set -- 10000 31623 100000 316228 1000000

data=$(mktemp)
trap 'rm -f "$data"' EXIT
"$program" "$@" | tee "$data"
mkdir -p docs/images
gnuplot <<PLOT
set terminal svg size 640,420 font "sans-serif,13" background "white"
set output "docs/images/near_duplicates_scaling.svg"
set title "Search for near-duplicates, $(nproc) cores"
set logscale xy
set format x "10^{%T}"
set xlabel "pictures"
set ylabel "seconds"
set grid xtics ytics lc rgb "#dddddd"
set key left top
stats "$data" using (\$2/\$1) every ::0::0 name "first" nooutput
plot "$data" using 1:2 with linespoints pt 7 lw 2 lc rgb "#5b3a8c" title "measured", \
     first_min * x with lines dashtype 2 lc rgb "#888888" title "in proportion"
PLOT
