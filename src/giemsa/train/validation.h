#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "giemsa/train/torch_network.h"
#include "giemsa/train/view.h"

namespace giemsa {

/// What a network is worth on pictures that it does not learn from.
struct ValidationFigures {
  double loss = 0;  ///< mean cross-entropy, without smoothing or class weights
  double accuracy = 0, balanced_accuracy = 0, macro_f1 = 0;
  double auc = 0;  ///< one-vs-rest, mean over the classes; NaN where undefined
};

/// logits: [N, K]; labels: [N]. Figures are NaN where a logit is not a number.
ValidationFigures validation_figures(std::span<const float> logits, std::span<const std::int64_t> labels,
                                     int classes);

/// The logits [N, K] of a part as prediction sees it.
std::vector<float> validation_logits(const Graph& graph, const TorchParams& params, const LoaderSource& part,
                                     std::int64_t batch);

/// The same from the values [N, H, W, C] of the node `from`.
std::vector<float> validation_logits(const Graph& graph, const TorchParams& params,
                                     std::vector<float>& values, NodeId from, std::int64_t batch);

}  // namespace giemsa
