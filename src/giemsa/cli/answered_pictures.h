#pragma once
#include <span>
#include <string>
#include <vector>

#include "giemsa/data/source.h"
#include "giemsa/eval/predictions.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {

/// What a model answers for records of a source; pictures that cannot be read are left out.
struct AnsweredPictures {
  Predictions predictions;            ///< by the model's trust, with the source's labels
  std::vector<float> plain;           ///< [N, K] probabilities without calibration
  std::vector<Judgement> judgements;  ///< [N]
  std::vector<std::size_t> records;   ///< [N] numbers in the source
  std::vector<Finding> findings;      ///< of the others
};

/// Asks the classifier about each record, with a progress bar named `title`. match: which class of the model
/// each class of the source is; records of a class that is left out have no label. Throws Data when no
/// picture can be read.
AnsweredPictures answer_pictures(const Classifier& classifier, const Source& source,
                                 std::span<const std::size_t> records, std::span<const int> match,
                                 const std::string& title, int threads);

}  // namespace giemsa
