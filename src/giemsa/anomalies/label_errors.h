#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/options.h"
#include "giemsa/stats/confident_learning.h"
#include "giemsa/stats/feature_matrix.h"

namespace giemsa {

/// How label errors are told from hard cases.
struct LabelErrorOptions {
  double threshold = 0.9;        ///< the score from which on a label is called wrong
  std::int64_t neighbours = 25;  ///< similar pictures that vote, where there are no predictions
};
void describe(OptionVisitor& visit, LabelErrorOptions& options);

/// What is known about one record's label.
struct LabelDoubt {
  float score = 0;       ///< 0…1: how probable it is that the label is wrong; 0 where nothing can be said
  bool flagged = false;  ///< called wrong
  int suggested = -1;    ///< the most probable class; -1 where nothing can be said
  float given_probability = 0;      ///< of the class that the label names
  float suggested_probability = 0;  ///< of the suggested class
};

/// The labels in doubt, by probabilities that are to be believed as they are; one entry per record. Nothing
/// is said of records without label (-1) or predictions.
///
/// score = r (1 - p) / (r (1 - p) + (1 - e) p), where p is the probability of the label's class, e the share
/// of wrong labels that the confident joint estimates and r = e / (K - 1): the probability of a wrong label
/// if wrong ones are spread evenly over the other classes. It ranks by p ("self-confidence"), which finds
/// flipped labels better than the margin between two classes does. The paper's own rules (off-diagonals of
/// the joint, or as many as it estimates) call every hard case that a fair model gets wrong an error: on PBC
/// half of what they flag is right, so the score alone decides here.
///
/// Throws as confident_joint does.
std::vector<LabelDoubt> doubt_labels(const OutOfFold& predictions, std::span<const int> labels, int classes,
                                     const LabelErrorOptions& options);

/// The same by what models say that have not seen the records. Their probabilities are calibrated first
/// (temperature.h): models that were trained with label smoothing, or for a short time, say too little of
/// what they know.
std::vector<LabelDoubt> find_label_errors(const OutOfFold& predictions, std::span<const int> labels,
                                          int classes, const LabelErrorOptions& options);

/// The same by the looks of the pictures alone: predict_by_likeness (likeness.h) stands in for a model.
/// features: [N, D], any; threads: 0 means one per processor.
std::vector<LabelDoubt> find_label_errors(const FeatureMatrix& features, std::span<const int> labels,
                                          int classes, const LabelErrorOptions& options, int threads = 0);

/// "labelled ig (probability 0.003), more likely neutrophil (0.982)".
std::string label_evidence(const LabelDoubt& doubt, int label, std::span<const std::string> classes);

}  // namespace giemsa
