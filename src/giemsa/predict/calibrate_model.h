#pragma once
#include <cstdint>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/split/split.h"
#include "giemsa/trust/fit_trust.h"

namespace giemsa {

/// A Trust for a model, and how well it does on pictures that it was not fitted on.
struct CalibratedModel {
  Trust trust;
  TrustFigures figures;
  std::vector<Finding> findings;  ///< pictures that could not be read
};

/// Asks the classifier about the validation part of a split, and about at most `kMostTrainingPictures` of the
/// training part, spread evenly, for what its cells look like; fits a Trust to the answers, and measures it
/// by cross_fit. match: which class of the model each class of the source is, -1 for those that are left out.
/// `progress` counts pictures. Throws as fit_trust, for options before it asks; Data for fewer than two
/// training pictures.
CalibratedModel calibrate_model(const Classifier& classifier, const Source& source, const Split& split,
                                std::span<const int> match, const TrustOptions& options, int threads,
                                const ProgressCallback& progress);

/// Beyond so many the statistics no longer change to speak of.
inline constexpr std::size_t kMostTrainingPictures = 20'000;

}  // namespace giemsa
