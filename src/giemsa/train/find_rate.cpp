#include "giemsa/train/find_rate.h"

#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/train/setup.h"
#include "giemsa/train/stage.h"

namespace giemsa {

FoundRate find_rate(const Source& source, Config config, const std::filesystem::path& folder,
                    std::size_t stage, const RateFinderOptions& options, const TrainObserver& observer) {
  require(stage < config.stages.size(), ErrorKind::Usage,
          fmt::format("[train] there is no stage {}; the recipe has {}", stage + 1, config.stages.size()));
  require(!std::filesystem::exists(RunFiles{folder}.config()), ErrorKind::Usage,
          fmt::format("[train] {} already holds a run", folder.string()), "another --out");
  prepare_output_folder(folder);
  Peers alone;
  TrainingSetup setup(source, std::move(config), {folder}, alone, 0, observer);
  TorchParams params = to_torch(setup.graph, setup.first_weights());
  setup.prepare_data(false);
  for (torch::Tensor& param : params) param = param.to(setup.device);
  Stage tried(setup, setup.config.stages[stage], params, 1);
  const Learner learner = tried.learner();

  FoundRate found;
  std::int64_t epoch = 0, number = tried.batches_per_epoch();
  for (std::int64_t step = 0; step < options.steps && !has_diverged(found.losses, options); ++step) {
    if (number == tried.batches_per_epoch()) {
      tried.batches().start_epoch(++epoch);
      number = 0;
    }
    Batch batch = tried.batches().next();
    const BatchResult result = pass_batch(learner, batch, epoch, number++);
    found.rates.push_back(rate_to_try(options, step));
    found.losses.push_back(result.loss);
    if (!std::isfinite(result.loss)) break;
    tried.optimizer().step(found.rates.back());
    if (observer.stepped)
      observer.stepped(1, step + 1, options.steps, result.loss,
                       static_cast<double>(result.right) / static_cast<double>(result.count), 0);
  }
  found.smoothed = smoothed_losses(found.losses, options.smoothing);
  found.suggestion = suggest_rate(found.rates, found.smoothed);
  return found;
}

}  // namespace giemsa
