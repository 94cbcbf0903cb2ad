#pragma once
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "giemsa/core/file.h"
#include "giemsa/tune/trainer_call.h"

namespace giemsa::testing {

/// A program that stands for `giemsa train`: it takes the same words, and leaves a run folder whose figures
/// follow from its settings, in no time. A second writer of a run folder leaves "collision" beside the data.
///   lr           val_accuracy after epoch e: 1 - 0.1 |log10(lr) + 2| - 0.5 / e; 9 epochs in all
///   dropout 0.9  fails in epoch 2 with an error; 0.8: ends itself by a signal
///   FAKE_FAIL    fails at once with an error
///   FAKE_STOP    the parent is killed when so many epochs have been trained in all
///   FAKE_MODEL, FAKE_METRICS: what is copied as model.giemsa and metrics.jsonl instead
class FakeTrainer {
 public:
  FakeTrainer() {
    write_atomic(folder_.path() / "trainer", std::string_view(kScript));
    std::filesystem::permissions(folder_.path() / "trainer", std::filesystem::perms::owner_all);
    write_atomic(folder_.path() / "recipe.toml", std::string_view("# none\n"));
  }
  ~FakeTrainer() {
    for (const char* name : {"FAKE_FAIL", "FAKE_STOP", "FAKE_MODEL", "FAKE_METRICS"}) ::unsetenv(name);
  }

  std::filesystem::path path(const std::string& relative) const { return folder_.path() / relative; }
  Trainer trainer() const { return {folder_.path() / "trainer", {"train"}, folder_.path().string()}; }
  bool collided() const { return std::filesystem::exists(path("collision")); }

  /// work() in a process of its own, which FAKE_STOP = `epochs` ends. Returns whether it was killed.
  bool killed_after(int epochs, const std::function<void()>& work) const {
    std::filesystem::remove(path("count"));
    ::setenv("FAKE_STOP", std::to_string(epochs).c_str(), 1);
    const pid_t process = ::fork();
    if (process == 0) {
      try {
        work();
      } catch (...) {
        ::_exit(9);
      }
      ::_exit(0);
    }
    ::unsetenv("FAKE_STOP");
    int status = 0;
    ::waitpid(process, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << status;
    return WIFSIGNALED(status);
  }

 private:
  static constexpr const char* kScript = R"SH(#!/bin/sh
shift
data=$1; shift
stop=9; resume=0; settings=
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift;;
    --stop-after) stop=$2; shift;;
    --recipe) test -f "$2" || { echo "error: no recipe" >&2; exit 4; }; shift;;
    --resume) resume=1;;
    --set) ;;
    *) settings="$settings $1";;
  esac
  shift
done
if [ -f "$out/pid" ] && grep -q '^State:.*[RSD] (' "/proc/$(cat "$out/pid")/status" 2>/dev/null; then
  touch "$data/collision"
fi
echo $$ > "$out/pid"
if [ $resume = 1 ]; then settings=$(cat "$out/config.toml"); else echo "$settings" > "$out/config.toml"; fi
if [ -n "$FAKE_FAIL" ]; then echo "error: [train] no" >&2; exit 3; fi
lr=1e-3; dropout=0
for setting in $settings; do
  case $setting in
    stages.0.lr=*) lr=${setting#*=};;
    model.dropout=*) dropout=${setting#*=};;
  esac
done
one_more() {
  echo >> "$data/count"
  if [ -n "$FAKE_STOP" ] && [ "$(wc -l < "$data/count")" -ge "$FAKE_STOP" ]; then kill -9 $PPID; while :; do :; done; fi
}
if [ -n "$FAKE_MODEL" ]; then
  one_more
  cp "$FAKE_METRICS" "$out/metrics.jsonl"
  cp -r "$FAKE_MODEL" "$out/model.giemsa"
  one_more
  exit 0
fi
touch "$out/metrics.jsonl"
epoch=$(wc -l < "$out/metrics.jsonl")
while [ "$epoch" -lt "$stop" ] && [ "$epoch" -lt 9 ]; do
  epoch=$((epoch + 1))
  if [ "$dropout" = 0.9 ] && [ $epoch = 2 ]; then
    echo "error: [train] the loss became nan in epoch 2" >&2
    echo "Hint: a lower learning rate" >&2
    exit 3
  fi
  if [ "$dropout" = 0.8 ]; then kill -9 $$; fi
  figure=$(awk "BEGIN { d = log($lr) / log(10) + 2; if (d < 0) d = -d; printf \"%.6f\", 1 - 0.1 * d - 0.5 / $epoch }")
  { cat "$out/metrics.jsonl"; echo "{\"epoch\": $epoch, \"val_accuracy\": $figure}"; } > "$out/metrics.tmp"
  mv "$out/metrics.tmp" "$out/metrics.jsonl"
  one_more
done
exit 0
)SH";

  TemporaryFolder folder_;
};

}  // namespace giemsa::testing
