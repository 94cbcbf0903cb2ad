#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/eval/predictions.h"

namespace giemsa {

/// Precision, recall and F1 of one class, or an average of them.
struct ClassScores {
  std::string name;
  double precision = 0, recall = 0, f1 = 0;
  double roc_auc = 0;        ///< one-vs-rest; NaN when the class is absent or alone
  std::int64_t support = 0;  ///< pictures that are truly of the class
};

/// Every figure of one evaluation; a pure function of Predictions. Written as evaluation.json.
struct Evaluation {
  std::int64_t count = 0;
  double accuracy = 0, balanced_accuracy = 0, roc_auc = 0 /* one-vs-rest, macro */, log_loss = 0;
  ClassScores macro, weighted;
  std::vector<ClassScores> classes;
  std::vector<std::vector<std::int64_t>> confusion;  ///< [true][predicted]
};

/// Throws Data when no picture is labelled.
Evaluation evaluate(const Predictions& predictions);

/// The text of evaluation.json (NaN as null), with `context` (model, data, split …) as given pairs.
std::string to_json(const Evaluation& evaluation,
                    const std::vector<std::pair<std::string, std::string>>& context);

}  // namespace giemsa
