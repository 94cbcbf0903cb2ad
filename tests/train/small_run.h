#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/data/source.h"
#include "giemsa/run/config.h"
#include "giemsa/run/epoch_record.h"
#include "giemsa/synth/synthesise.h"
#include "giemsa/train/trainer.h"

namespace giemsa::testing {

/// Fills `folder` with eight drawn cells of each of the eight classes, 32 px.
inline void draw_cells(const std::filesystem::path& folder, std::uint64_t seed = 1) {
  synthesise(folder, {.per_class = 8, .size_px = 32, .seed = seed, .threads = 1});
}

/// Drawn cells that no test changes; made once per process. 64 pictures.
inline const Source& cells() {
  static const TemporaryFolder folder;
  static const std::unique_ptr<Source> source = [] {
    draw_cells(folder.path() / "cells");
    return open_source(folder.path() / "cells");
  }();
  return *source;
}

/// A training of seconds: 48 pictures in 3 steps, 16 to validate; two stages of two epochs, first the head
/// alone.
inline Config small_config(const std::string& network = "baseline_cnn") {
  Config config;
  config.data.ratios = "75/25";
  config.data.input_px = 32;
  config.model.name = network;
  config.train.batch = 16;
  config.train.threads = 1;  // beside other tests, more threads than idle processors are slow
  config.train.ema_decay = 0.9;
  config.stages = {{.name = "head", .freeze = "backbone", .epochs = 2, .lr = 2e-3},
                   {.name = "all", .epochs = 2}};
  return config;
}

/// What a training leaves that has to have the same bits each time.
struct Remains {
  std::string model, checkpoint;
  std::vector<EpochRecord> epochs;  ///< without times

  explicit Remains(const std::filesystem::path& run)
      : model(read_text(run / "model.giemsa/weights.safetensors")),
        checkpoint(read_text(run / "checkpoint.safetensors")),
        epochs(read_metrics(run / "metrics.jsonl")) {}
};

/// Whether both trainings went the same way, to the last bit of every figure and weight.
inline void expect_same(const Remains& a, const Remains& b) {
  ASSERT_EQ(a.epochs.size(), b.epochs.size());
  for (std::size_t i = 0; i < a.epochs.size(); ++i) {
    const EpochRecord &x = a.epochs[i], &y = b.epochs[i];
    EXPECT_EQ(
        std::tie(x.epoch, x.stage, x.lr, x.train_loss, x.train_accuracy, x.val_loss, x.val_accuracy, x.best),
        std::tie(y.epoch, y.stage, y.lr, y.train_loss, y.train_accuracy, y.val_loss, y.val_accuracy, y.best))
        << "epoch " << x.epoch;
  }
  EXPECT_TRUE(a.model == b.model) << "the models differ";
}

}  // namespace giemsa::testing
