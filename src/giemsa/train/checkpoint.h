#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "giemsa/train/plateau.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// Where a training stands at the end of an epoch: enough to go on as if nothing had happened.
struct Checkpoint {
  std::int64_t stage = 0;           ///< the stage that the next epoch belongs to
  std::int64_t epoch_in_stage = 0;  ///< epochs of it that are done
  std::int64_t epoch = 0;           ///< epochs done in all
  std::int64_t optimizer_steps = 0, average_steps = 0;
  double best = 0;  ///< the figure of the best epoch; valid when best_epoch > 0
  std::int64_t best_epoch = 0;
  std::int64_t stage_best_epoch = 0;  ///< epoch in the stage that was its best, for patience
  double stage_best = 0;
  PlateauState plateau = {};
  std::string config_hash;                     ///< of the configuration and the data that the run began with
  StateDict params, average;                   ///< empty where there is none
  std::map<std::string, StateDict> optimizer;  ///< by the names of Optimizer::State
};

/// One safetensors file, written atomically: tensors "params/NAME", "average/NAME",
/// "optimizer.first/NAME", …; numbers in its
/// metadata.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
/// Throws Io when absent, Model when malformed.
Checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace giemsa
