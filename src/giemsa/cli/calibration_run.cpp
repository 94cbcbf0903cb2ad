#include "giemsa/cli/calibration_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "giemsa/cli/talk.h"
#include "giemsa/core/progress.h"
#include "giemsa/core/text.h"
#include "giemsa/predict/remember_pictures.h"

namespace giemsa {
namespace {

constexpr const char *kCalibratedOn = "calibrated on", *kError = "calibration error",
                     *kSets = "conformal sets", *kAbstention = "abstention";

/// What people want to know of a calibration, beside the numbers of trust.json; in place of what was told of
/// one before.
void tell_calibration(Model& model, const CalibratedModel& calibrated, const Split& split,
                      const Source& source) {
  forget_calibration(model);
  const TrustFigures& f = calibrated.figures;
  const auto tell = [&](const char* name, std::string value) {
    model.facts.emplace_back(name, std::move(value));
  };
  tell(kCalibratedOn, fmt::format("{} pictures of the part val", calibrated.trust.validation_pictures));
  tell(kCalibrationSplit, split_hash(split, source));
  tell(kError, fmt::format("{:.4f} before, {:.4f} after (cross-fitted)", f.ece_before, f.ece_after));
  tell(kSets, fmt::format("{:.2f} % hold the truth, {:.3f} classes each (cross-fitted)", 100 * f.set_coverage,
                          f.set_size));
  tell(kAbstention, fmt::format("{:.2f} % answered, {:.2f} % of them rightly (cross-fitted)",
                                100 * f.answered, 100 * f.answered_accuracy));
}

}  // namespace

void forget_calibration(Model& model) {
  constexpr std::array<std::string_view, 5> kNames{kCalibratedOn, kCalibrationSplit, kError, kSets,
                                                   kAbstention};
  std::erase_if(model.facts,
                [&](const auto& fact) { return std::ranges::find(kNames, fact.first) != kNames.end(); });
}

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
  tell_calibration(model, calibrated, split, source);
  write_model(model_folder(path), model);
  return calibrated;
}

}  // namespace giemsa
