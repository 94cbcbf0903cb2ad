#!/usr/bin/env bash
# How much the service costs: its throughput against the same pictures in one process without HTTP, and against a small Node
# server on ONNX Runtime, in turn; and its times at half of that load.
#
#   GIEMSA_ONNX_PEER=PEER bench/serve_load.sh BIN FOLDER [ROUNDS]
#
# BIN: the folder of giemsa and bench_serve_in_process (a build with -DGIEMSA_BENCH=ON). FOLDER: JPEG files. PEER: as in
# bench/peers/serve_node.mjs; left out, no peer. Two threads each. The clients run on the same machine.
set -euo pipefail
here=$(dirname "$0")
bin=$1 folder=$2 rounds=${3:-3} model=${MODEL:-$here/../models/blood_cells.giemsa} seconds=${SECONDS_EACH:-5}
port=18790 peer_port=18791
client() { node "$here/serve_client.mjs" "127.0.0.1:$1" "$folder" --seconds "$seconds" "${@:2}"; }
per_second() { sed 's/.*"perSecond":\([0-9]*\).*/\1/'; }

stop() { kill "${running[@]}" 2> /dev/null || true; }
running=()
trap stop EXIT
"$bin/giemsa" serve --model "$model" --threads 2 --port $port --access-log none 2> /dev/null & running+=($!)
if [ -n "${GIEMSA_ONNX_PEER:-}" ]; then
  exported=$(mktemp -d)
  "$bin/giemsa" export "$model" --out "$exported/cells.onnx" > /dev/null 2>&1
  side=$(sed -n '/"preprocess"/,/}/s/.*"input_px": \([0-9]*\).*/\1/p' "$model/model.json")
  node "$here/peers/serve_node.mjs" "$exported/cells.onnx" "$side" $peer_port 2 2> /dev/null & running+=($!)
fi
sleep 2
for ((round = 1; round <= rounds; round++)); do
  alone=$("$bin/bench_serve_in_process" "$model" "$folder" 2 "$seconds" | sed 's/ .*//')
  served=$(client $port --connections 8 | per_second)
  line="in one process $alone/s, served $served/s ($((100 * served / alone)) %)"
  if [ -n "${GIEMSA_ONNX_PEER:-}" ]; then
    other=$(client $peer_port --connections 8 | per_second)
    line="$line, Node and ONNX Runtime $other/s ($((100 * served / other)) %)"
  fi
  echo "$line"
  echo "  at half of that: $(client $port --connections 64 --rate $((served / 2)))"
done
