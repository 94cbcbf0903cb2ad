#!/usr/bin/env bash
# From a fresh clone to a trained, measured classifier, on cells that giemsa draws itself.
set -euo pipefail
cd "$(dirname "$0")"
out=quickstart

step() { printf '\n== %s\n' "$*"; }

step "Debian packages"
scripts/install_packages.sh

step "Build"
cmake --preset release -DGIEMSA_TESTS=OFF >/dev/null
cmake --build --preset release
giemsa=build/release/bin/giemsa

rm -rf "$out"
step "Draw stained cells of eight classes"
"$giemsa" synth "$out/cells" --per-class 400 --size 96 --seed 1
step "Inspect them"
"$giemsa" inspect "$out/cells" --out "$out/inspection"
step "Divide them into train, validation and test"
"$giemsa" split "$out/cells" --ratios 70/15/15 --out "$out/split.csv"
step "Train a small network from scratch"
"$giemsa" train "$out/cells" --recipe quickstart --split "$out/split.csv" --out "$out/run"
step "Measure it on the test part"
"$giemsa" evaluate "$out/cells" --model "$out/run" --split test --out "$out/evaluation"
step "Classify new cells, with the model just trained"
"$giemsa" synth "$out/new" --per-class 1 --size 96 --seed 2
"$giemsa" predict "$out/new" --model "$out/run" | cut -d, -f1,2
step "The same with the model in the box, which was trained on real cells"
"$giemsa" predict "$out/new" | cut -d, -f1,2

cat <<EOF

Done. What is there now:
  $out/cells                   the drawn cells, one folder per class
  $out/run/model.giemsa        the model; $out/run holds all that made it
  $out/evaluation/report.html  the report: open it in a browser

Next, a picture of a real cell, with the model in the box:
  $giemsa predict PICTURE_OR_FOLDER

Or your own cells, in one folder per class (or .npz, or .csv; see README.md):
  $giemsa train MY_CELLS --recipe quickstart --out my_run
  $giemsa evaluate MY_CELLS --model my_run --split test --out my_evaluation
  $giemsa predict --model my_run PICTURE_OR_FOLDER
EOF
