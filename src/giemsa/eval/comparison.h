#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/eval/evaluation.h"
#include "giemsa/eval/predictions.h"
#include "giemsa/metrics/paired.h"

namespace giemsa {

/// The answers of one model to the pictures of one set.
struct ModelAnswers {
  std::string model, set;                ///< names for people
  std::string model_origin, set_origin;  ///< what tells those of one name apart, as their folders; or ""
  Predictions predictions;
};

/// Reads an evaluation folder of giemsa evaluate, or one predictions.csv of any program. The model and the
/// set get their names from the folder's evaluation.json (network; data and part); without one, the model
/// from the folder or file, and the set is "pictures"; or they are given: "MODEL=FOLDER" or
/// "MODEL@SET=FOLDER". Throws as read_predictions, and Data for an evaluation.json that is none, Usage for a
/// name that is missing.
ModelAnswers read_answers(const std::string& argument);

/// Two models on the pictures of a set that both have answered and that are labelled.
struct PairedComparison {
  std::string set, first, second;
  std::int64_t pictures = 0;
  McNemar mcnemar = {};                           ///< of the accuracy
  PairedDifference accuracy = {}, macro_f1 = {};  ///< second minus first, on the same resampled pictures
};

/// Several models on one or several sets.
struct Comparison {
  std::vector<std::string> models, sets;                        ///< in the order of their first appearance
  std::vector<std::vector<std::optional<Evaluation>>> figures;  ///< [models][sets]; none where not measured
  std::vector<PairedComparison> pairs;                          ///< every two models, set by set
  std::vector<std::string> notes;  ///< what limits the comparison, in whole sentences
  BootstrapOptions bootstrap;
};

/// Pictures are the same when their ids are. Throws Usage for no answers, or two of one model on one set;
/// Data for an id that stands twice in one file, for models with other classes or other labels of one
/// picture, and as evaluate.
Comparison compare(const std::vector<ModelAnswers>& answers, const BootstrapOptions& bootstrap);

enum class ComparedAverage { Weighted, Macro };

/// A row for each model; the figures of the sets stand side by side in its cells ("97.10 / 90.13"), their
/// intervals below. Then the paired tests and the notes. For a terminal, and as Markdown.
std::string comparison_text(const Comparison& comparison, ComparedAverage average);
std::string comparison_markdown(const Comparison& comparison, ComparedAverage average);

/// `model,set,pictures,figure,value,low,high`, a row for each figure; empty fields for what is not defined.
std::string comparison_csv(const Comparison& comparison);
/// A row for each paired comparison.
std::string comparison_pairs_csv(const Comparison& comparison);
/// All of it; null for what is not defined.
std::string comparison_json(const Comparison& comparison);

}  // namespace giemsa
