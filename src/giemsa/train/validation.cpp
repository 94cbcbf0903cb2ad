#include "giemsa/train/validation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/roc_auc.h"
#include "giemsa/metrics/scores.h"
#include "giemsa/train/folded_network.h"

namespace giemsa {

using torch::Tensor;

namespace {

/// Writes softmax(row) over the row; returns -ln of the true class's probability.
double softmax(std::span<float> row, std::size_t label) {
  const double largest = *std::ranges::max_element(row);
  double sum = 0;
  for (const float logit : row) sum += std::exp(logit - largest);
  const double loss = largest + std::log(sum) - row[label];
  for (float& logit : row) logit = static_cast<float>(std::exp(logit - largest) / sum);
  return loss;
}

void append(const Tensor& logits, std::vector<float>& all) {
  const Tensor values = logits.to(at::kCPU, torch::kFloat32).contiguous();
  all.insert(all.end(), values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
}

}  // namespace

ValidationFigures validation_figures(std::span<const float> logits, std::span<const std::int64_t> labels,
                                     int classes) {
  if (std::ranges::any_of(logits, [](float logit) { return !std::isfinite(logit); })) {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    return {kNaN, kNaN, kNaN, kNaN, kNaN};
  }
  std::vector<float> probabilities(logits.begin(), logits.end());
  const std::vector<int> truths(labels.begin(), labels.end());
  ValidationFigures figures;
  for (std::size_t i = 0; i < truths.size(); ++i) {
    const std::span row(probabilities.data() + i * classes, classes);
    figures.loss += softmax(row, truths[i]) / static_cast<double>(truths.size());
  }
  const ConfusionMatrix matrix = count_confusion(truths, arg_max_rows(logits, classes), classes);
  figures.accuracy = accuracy(matrix);
  figures.balanced_accuracy = balanced_accuracy(matrix);
  figures.macro_f1 = macro_average(matrix).f1;
  figures.auc = macro_auc(one_vs_rest_auc(probabilities, truths, classes));
  return figures;
}

std::vector<float> validation_logits(const Graph& graph, const TorchParams& params, const LoaderSource& part,
                                     std::int64_t batch_size) {
  const torch::NoGradGuard no_grad;
  const FoldedNetwork network(graph, params);
  std::vector<float> all;
  const auto classes = static_cast<int>(graph.output_shape().size());
  for (std::size_t begin = 0; begin < part.records.size(); begin += batch_size) {
    const std::size_t end = std::min(begin + batch_size, part.records.size());
    Batch batch = plain_batch(part, classes, begin, end);
    const Tensor images = as_images(batch.images.data(), static_cast<std::int64_t>(end - begin), batch.shape);
    append(network.forward(images.to(params.front().device())), all);
  }
  return all;
}

std::vector<float> validation_logits(const Graph& graph, const TorchParams& params,
                                     std::vector<float>& values, NodeId from, std::int64_t batch) {
  const torch::NoGradGuard no_grad;
  const Shape& shape = graph.nodes[from].shape;
  const auto count = static_cast<std::int64_t>(values.size()) / shape.size();
  std::vector<float> all;
  for (std::int64_t begin = 0; begin < count; begin += batch) {
    const Tensor part =
        as_images(values.data() + begin * shape.size(), std::min(batch, count - begin), shape);
    append(forward(graph, params, part, {.from = from}), all);
  }
  return all;
}

}  // namespace giemsa
