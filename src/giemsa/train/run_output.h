#pragma once
#include "giemsa/run/epoch_record.h"
#include "giemsa/train/setup.h"
#include "giemsa/train/torch_network.h"

namespace giemsa {

/// Leaves in the folder what the run is, before its first step; config.toml last, which marks the folder as
/// one to resume.
void describe_run(const TrainingSetup& setup);

/// Writes the model of an epoch, with what is known of it.
void save_model(const TrainingSetup& setup, const TorchParams& params, const EpochRecord& record);

}  // namespace giemsa
