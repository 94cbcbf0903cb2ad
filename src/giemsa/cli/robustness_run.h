#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "giemsa/cli/answered_pictures.h"
#include "giemsa/data/source.h"
#include "giemsa/eval/robustness.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {

/// What is measured again on changed copies of the pictures.
struct RobustnessArguments {
  /// Names of corruptions, "all" of them, "augmented" for the augmented test set (corrupt/variant.h).
  std::vector<std::string> corruptions;
  std::uint64_t seed = 1;  ///< the copies are those that `giemsa corrupt` makes with it
  int threads = 0;
};

struct MeasuredRobustness {
  RobustnessTable table;
  std::optional<Predictions> augmented;  ///< on the augmented test set, where it was asked for
};

/// Measures the classifier on corrupted copies of the pictures that were answered, made one by one and kept
/// nowhere. clean: their evaluation. Shows a progress bar. Throws Usage for an unknown corruption.
MeasuredRobustness measure_robustness(const Classifier& classifier, const Source& source,
                                      const AnsweredPictures& answered, const Evaluation& clean,
                                      const RobustnessArguments& args);

}  // namespace giemsa
