#include "giemsa/eval/evaluation.h"

#include "giemsa/core/error.h"
#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/log_loss.h"
#include "giemsa/metrics/roc_auc.h"
#include "giemsa/metrics/scores.h"

namespace giemsa {
namespace {

/// The pictures whose truth is known.
struct Labelled {
  std::vector<int> labels;           // [N]
  std::vector<float> probabilities;  // [N, K]
};

Labelled labelled(const Predictions& predictions) {
  Labelled result;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (predictions.labels[i] < 0) continue;
    const float* row = predictions.row(i);
    result.labels.push_back(predictions.labels[i]);
    result.probabilities.insert(result.probabilities.end(), row, row + predictions.classes.size());
  }
  return result;
}

ClassScores named(std::string name, const Scores& scores, double roc_auc, std::int64_t support) {
  return {std::move(name), scores.precision, scores.recall, scores.f1, roc_auc, support};
}

}  // namespace

Evaluation evaluate(const Predictions& predictions) {
  check_shape(predictions);
  const auto [labels, probabilities] = labelled(predictions);
  require(!labels.empty(), ErrorKind::Data, "[evaluate] none of the pictures is labelled",
          "evaluation needs pictures in class folders, or a manifest with a label column");
  const int classes = static_cast<int>(predictions.classes.size());
  const ConfusionMatrix matrix = count_confusion(labels, arg_max_rows(probabilities, classes), classes);
  const std::vector<Scores> scores = class_scores(matrix);
  const std::vector<double> auc = one_vs_rest_auc(probabilities, labels, classes);

  Evaluation e;
  e.count = matrix.total();
  e.accuracy = accuracy(matrix);
  e.balanced_accuracy = balanced_accuracy(matrix);
  e.roc_auc = macro_auc(auc);
  e.log_loss = log_loss(probabilities, labels, classes);
  e.macro = named("macro average", macro_average(matrix), e.roc_auc, e.count);
  e.weighted = named("weighted average", weighted_average(matrix), weighted_auc(auc, labels), e.count);
  for (int truth = 0; truth < classes; ++truth) {
    const auto k = static_cast<std::size_t>(truth);
    e.classes.push_back(named(predictions.classes[k], scores[k], auc[k], matrix.truths(truth)));
    auto& row = e.confusion.emplace_back();
    for (int named_as = 0; named_as < classes; ++named_as) row.push_back(matrix.at(truth, named_as));
  }
  return e;
}

}  // namespace giemsa
