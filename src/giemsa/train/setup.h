#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "giemsa/run/model_file.h"
#include "giemsa/run/run_files.h"
#include "giemsa/train/class_balance.h"
#include "giemsa/train/peers.h"
#include "giemsa/train/teacher.h"
#include "giemsa/train/trainer.h"
#include "giemsa/train/training_data.h"

namespace giemsa {

/// What all stages of a training share: the configuration, the network without its weights, the data.
struct TrainingSetup {
  /// Prepares LibTorch, describes the network and checks every stage's plan; touches neither data nor
  /// weights. Throws Usage.
  TrainingSetup(const Source& source, Config config, const RunFiles& files, Peers& peers, int local_rank,
                const TrainObserver& observer);

  /// Splits (or reads the run's own split) and decodes. Throws Data, Io, Usage.
  void prepare_data(bool resume);
  /// Fresh weights, and over them those of the weight file.
  StateDict first_weights() const;

  std::uint64_t seed() const { return static_cast<std::uint64_t>(config.train.seed); }
  /// Side of the network's input while a stage trains.
  std::int64_t input_px(const StageOptions& stage) const {
    return stage.input_px > 0 ? stage.input_px : config.data.input_px;
  }
  /// The network for pictures of this side; nodes and parameters are those of `graph`.
  Graph graph_at(std::int64_t input_px) const;
  /// The teacher of a stage, where the configuration names one.
  std::optional<Teacher> teacher(const StageOptions& stage) const;
  int classes() const { return static_cast<int>(model.classes.size()); }
  /// What a stage draws its batches by.
  LoaderOptions loader_options(const StageOptions& stage, std::int64_t first_epoch) const;
  void say(const std::string& line) const;
  /// Throws Usage for a batch of more than so many pictures.
  void check_batch(std::size_t pictures) const;

  const Source& source;
  Config config;
  RunFiles files;
  Peers& peers;
  const TrainObserver& observer;
  Model model;  ///< without weights
  Graph graph;
  at::Device device;
  TrainingData data;
  std::optional<LoaderSource> train, val;
  std::vector<ClassBalance> balance;
  torch::Tensor class_weights;  ///< [K]; undefined: all classes weigh alike
  std::string hash;             ///< of configuration, data and split: what a resumed run has to be of
};

}  // namespace giemsa
