#!/usr/bin/env bash
# Data-parallel training with two processes on one machine, against one process. Needs two free cores.
#
#   bench/distributed.sh speed IMAGES SPLIT_CSV [PAIRS]   images/s of two processes, each on a core of its own, and of
#                                                         one on one core, in turn; the ratio of each pair, the median
#   bench/distributed.sh same IMAGES SPLIT_CSV            largest difference between the weights that two processes and
#                                                         one with the doubled batch arrive at, in parts of a tensor's
#                                                         largest value where that is above 1
#   bench/distributed.sh namespaces IMAGES SPLIT_CSV      the same over the network, the two in network namespaces of
#                                                         their own (as root)
#   bench/distributed.sh killed IMAGES SPLIT_CSV          how long the one lives on when the other is killed
#
# MODEL (mobilenet_v2), BATCH (32, of each process), STEPS (120; 5), SET (key=value … of `speed`) and GIEMSA
# (build/release/bin/giemsa) may be set. GLOO_SOCKET_IFNAME=lo makes the two use the network, not shared memory.
# `same` and `namespaces` train by SGD without what draws at random in the network and without mixing: Adam would divide
# a gradient that is all rounding by its own size. They take the baseline network with AXON's head, which has batch norms: a
# deep network with fresh weights makes the rounding errors of its first steps large. Nor are there many steps: each
# magnifies the rounding of those before (one process with two threads differs from one with one by 2e-4 after ten).
set -euo pipefail
what=$1 images=$(realpath "$2") split=$(realpath "$3") pairs=${4:-5}
here=$(cd "$(dirname "$0")" && pwd)
giemsa=${GIEMSA:-$here/../build/release/bin/giemsa}
case $what in same | namespaces) steps=${STEPS:-5} ;; *) steps=${STEPS:-120} ;; esac
model=${MODEL:-mobilenet_v2} batch=${BATCH:-32}
timeout_seconds=20 recipe=recipe
namespaces=()
work=$(mktemp -d)
finish() {
  for namespace in "${namespaces[@]}"; do ip netns del "$namespace"; done
  rm -rf "$work"
}
trap finish EXIT

# As many pictures as the steps of two processes need, and a few to validate.
{
  head -n 1 "$split"
  grep -E ',train(,|$)' "$split" | shuf -n $((2 * steps * batch)) --random-source=<(yes)
  grep -E ',val(,|$)' "$split" | shuf -n 64 --random-source=<(yes)
} >"$work/split.csv"
cat >"$work/recipe.toml" <<'E2'
[data]
crop_px = 200
[train]
threads = 1
[[stages]]
epochs = 1
E2
cat "$work/recipe.toml" - >"$work/sgd.toml" <<'E2'
mix = false
lr = 0.001
[stages.optimizer]
kind = "sgd"
E2

# become NAME BATCH KEY=VALUE…: makes this shell one process, of those that the environment names, behind $prefix.
become() {
  local name=$1 size=$2
  shift 2
  exec "${prefix[@]}" "$giemsa" train "$images" --recipe "$work/$recipe.toml" --split "$work/split.csv" \
    --out "$work/$name" --set train.batch="$size" train.peer_timeout_seconds=$timeout_seconds "$@" \
    2>"$work/$name.log.${RANK:-0}"
}

# Two processes at the same time, rank R on core R; pids holds their numbers.
start_two() {
  local rank
  export MASTER_ADDR=${MASTER_ADDR:-127.0.0.1} MASTER_PORT=$((20000 + RANDOM % 10000)) WORLD_SIZE=2
  pids=()
  for rank in 0 1; do
    prefix=(taskset -c "$rank")
    if [ ${#namespaces[@]} -gt 0 ]; then
      prefix=(ip netns exec "${namespaces[$rank]}" env GLOO_SOCKET_IFNAME=giemsa$rank "${prefix[@]}")
    fi
    (export RANK=$rank LOCAL_RANK=$rank && become "$@") &
    pids+=($!)
  done
}

wait_for_two() {
  local failed=0 pid
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  if [ $failed -ne 0 ]; then
    cat "$work"/*.log.* >&2
    exit 1
  fi
}

run_one() {
  prefix=(taskset -c 0)
  (unset WORLD_SIZE && become "$@") || { cat "$work"/*.log.0 >&2; exit 1; }
}

rate_of() { sed -E 's/.*"images_per_second":([0-9.]+).*/\1/' "$work/$1/metrics.jsonl"; }

speed() {
  local ratios=() pair one two ratio
  for pair in $(seq "$pairs"); do
    run_one "one$pair" "$batch" model.name="$model" ${SET:-}
    start_two "two$pair" "$batch" model.name="$model" ${SET:-}
    wait_for_two
    one=$(rate_of "one$pair") two=$(rate_of "two$pair")
    ratio=$(awk "BEGIN {printf \"%.2f\", $two / $one}")
    ratios+=("$ratio")
    printf 'pair %d: one process %.1f images/s, two %.1f images/s, ratio %s\n' "$pair" "$one" "$two" "$ratio"
  done
  printf '%s\n' "${ratios[@]}" | sort -n | awk '{r[NR] = $1} END {print "median ratio " r[int((NR + 1) / 2)]}'
}

# Two namespaces, joined by a cable of their own.
make_namespaces() {
  local side
  for side in 0 1; do
    ip netns add "giemsa$$-$side"
    namespaces+=("giemsa$$-$side")
  done
  ip link add giemsa0 netns "${namespaces[0]}" type veth peer name giemsa1 netns "${namespaces[1]}"
  for side in 0 1; do
    ip -n "${namespaces[$side]}" address add 10.77.0.$((side + 1))/24 dev giemsa$side
    ip -n "${namespaces[$side]}" link set lo up
    ip -n "${namespaces[$side]}" link set giemsa$side up
  done
  export MASTER_ADDR=10.77.0.1
}

same() {
  local options=(model.name="${MODEL:-baseline_cnn}" model.head.kind=axon model.dropout=0 train.ema_decay=0)
  recipe=sgd
  run_one one $((2 * batch)) "${options[@]}"
  start_two two "$batch" "${options[@]}"
  wait_for_two
  "${PYTHON:-python3}" "$here/peers/compare_weights.py" "$work/one/checkpoint.safetensors" "$work/two/checkpoint.safetensors"
}

killed() {
  local start
  start_two two "$batch" model.name="$model"
  until [ -e "$work/two/config.toml" ] || ! kill -0 "${pids[0]}"; do sleep 0.1; done
  sleep 3  # into its steps
  kill -9 "${pids[1]}"
  start=$(date +%s.%N)
  wait "${pids[0]}" || printf 'exit code %d\n' $?
  awk "BEGIN {printf \"the other ended after %.1f s, saying\n\", $(date +%s.%N) - $start}"
  grep -A 1 -F '[peers]' "$work/two.log.0"
}

case $what in
  speed) speed ;;
  same) same ;;
  namespaces)
    make_namespaces
    same
    ;;
  killed) killed ;;
  *)
    sed -n '2,/^set/p' "$0" | grep '^#' >&2
    exit 2
    ;;
esac
