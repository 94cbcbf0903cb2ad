#include "giemsa/cli/calibration_run.h"

#include <fmt/format.h>

#include "giemsa/cli/talk.h"
#include "giemsa/core/progress.h"
#include "giemsa/core/text.h"
#include "giemsa/predict/remember_pictures.h"

namespace giemsa {
namespace {

/// What people want to know of a calibration, beside the numbers of trust.json.
std::vector<std::pair<std::string, std::string>> facts_of(const CalibratedModel& calibrated,
                                                          const Split& split, const Source& source) {
  const TrustFigures& f = calibrated.figures;
  return {{kCalibratedOn, fmt::format("{} pictures of the part val", calibrated.trust.validation_pictures)},
          {kCalibrationSplit, split_hash(split, source)},
          {"calibration error",
           fmt::format("{:.4f} before, {:.4f} after (cross-fitted)", f.ece_before, f.ece_after)},
          {"conformal sets", fmt::format("{:.2f} % hold the truth, {:.3f} classes each (cross-fitted)",
                                         100 * f.set_coverage, f.set_size)},
          {"abstention", fmt::format("{:.2f} % answered, {:.2f} % of them rightly (cross-fitted)",
                                     100 * f.answered, 100 * f.answered_accuracy)}};
}

/// New facts in place of those of the same name.
void replace_facts(Model& model, const std::vector<std::pair<std::string, std::string>>& facts) {
  for (const auto& fact : facts) {
    std::erase_if(model.facts, [&](const auto& old) { return old.first == fact.first; });
    model.facts.push_back(fact);
  }
}

}  // namespace

CalibratedModel calibrate_in_place(const std::filesystem::path& path, const Viewing& viewing,
                                   const Source& source, const Split& split, std::span<const int> match,
                                   const TrustOptions& options, std::size_t remembered, int threads) {
  Model model = read_model(path);
  model.viewing = viewing;
  const Classifier classifier(model);
  ProgressBar bar("Calibrate");
  CalibratedModel calibrated =
      calibrate_model(classifier, source, split, match, options, threads, bar.callback());
  bar.finish();
  say_findings(calibrated.findings);
  model.trust = calibrated.trust;
  if (!model.is_ensemble()) {
    ProgressBar memory("Remember");
    ReplayMemory kept =
        remember_pictures(model, source, split, match, remembered, threads, memory.callback());
    memory.finish();
    if (kept.empty() && remembered > 0 && !model.memory.empty())
      say("there is no picture to train on in these data: the model keeps the memory that it has");
    else
      model.memory = std::move(kept);
  }
  replace_facts(model, facts_of(calibrated, split, source));
  write_model(model_folder(path), model);
  return calibrated;
}

}  // namespace giemsa
