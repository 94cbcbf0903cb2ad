#include "giemsa/train/run_output.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include "giemsa/core/file.h"
#include "giemsa/core/version.h"
#include "giemsa/data/findings.h"
#include "giemsa/run/environment.h"

namespace giemsa {

void describe_run(const TrainingSetup& setup) {
  const RunFiles& files = setup.files;
  write_atomic(files.environment(),
               environment_json({{"libtorch", TORCH_VERSION},
                                 {"threads", std::to_string(at::get_num_threads())},
                                 {"processes", std::to_string(setup.peers.count())},
                                 {"split_sha256", split_hash(setup.data.split, setup.source)}}));
  write_split(files.split(), setup.data.split, setup.source);
  write_findings(files.findings(), setup.data.findings);
  write_atomic(files.classes(), class_balance_csv(setup.balance));
  write_atomic(files.config(), to_toml(setup.config, true));
}

void save_model(const TrainingSetup& setup, const TorchParams& params, const EpochRecord& record) {
  Model model = setup.model;
  model.weights = to_state_dict(setup.graph, params);
  model.facts = {{"made with", fmt::format("giemsa {}", version())},
                 {"trained on", fmt::format("{} pictures", setup.train->records.size())},
                 {"validated on", fmt::format("{} pictures", setup.val->records.size())},
                 {"validation accuracy", fmt::format("{:.4f}", record.val_accuracy)},
                 {"epoch", std::to_string(record.epoch)},
                 {"seed", std::to_string(setup.config.train.seed)},
                 {"split sha256", split_hash(setup.data.split, setup.source)}};
  write_model(setup.files.model(), model);
}

}  // namespace giemsa
