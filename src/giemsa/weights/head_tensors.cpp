#include "giemsa/weights/head_tensors.h"

#include <algorithm>
#include <array>

#include "giemsa/weights/keras_layout.h"

namespace giemsa {

namespace {

/// torchvision's and timm's; AuxLogits trains Inception-v3 and predicts nothing.
constexpr std::array<std::string_view, 6> kTorchHeads{"classifier",  "fc",         "head",
                                                      "last_linear", "pre_logits", "AuxLogits"};

}  // namespace

HeadTensors::HeadTensors(const Graph& graph, const WeightFile& file, const Naming& naming)
    : head_scope_(graph.head_scope),
      published_head_scope_(graph.published_head_scope),
      keras_(naming.keras),
      by_path_(!naming.root.empty()) {
  if (by_path_) {
    enter_groups(graph, naming);
  } else if (keras_ && file.format.starts_with("Keras")) {
    enter_layers_behind(graph, file, naming);
  }
}

void HeadTensors::enter_layers_behind(const Graph& graph, const WeightFile& file, const Naming& naming) {
  std::set<std::string> backbone;
  for (const auto& [param, tensor] : naming.tensors) {
    if (!graph.in_head(param)) backbone.insert(tensor);
  }
  std::size_t last = file.order.size();
  while (last > 0 && !backbone.contains(file.order[last - 1])) --last;
  if (last > 0) behind_.insert(file.order.begin() + static_cast<std::ptrdiff_t>(last), file.order.end());
}

void HeadTensors::enter_groups(const Graph& graph, const Naming& naming) {
  for (const auto& [param, tensor] : naming.tensors) {
    if (!graph.in_head(param)) groups_.insert(keras_group(tensor, naming.root));
  }
  root_ = naming.root;
}

bool HeadTensors::in_torch_head(const std::string& tensor) const {
  const auto below = [&](std::string_view scope) {
    return tensor.starts_with(scope) && tensor.size() > scope.size() && tensor[scope.size()] == '.';
  };
  return below(head_scope_) || below(published_head_scope_) || std::ranges::any_of(kTorchHeads, below);
}

bool HeadTensors::operator()(const std::string& tensor) const {
  // Keras 3 numbers the layers of a class: the head's have the numbers after the backbone's.
  if (by_path_) return !groups_.contains(keras_group(tensor, root_));
  if (behind_.contains(tensor)) return true;
  return keras_ ? is_keras_head(tensor) : in_torch_head(tensor);
}

}  // namespace giemsa
