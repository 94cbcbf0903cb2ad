#include "giemsa/weights/flavour_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {

namespace {

bool is_keras_flavour(const Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const Node& node) { return !node.keras_name.empty(); });
}

/// Keras' EfficientNets with ImageNet weights divide by √(standard deviation) once more, since their files
/// give the standard deviation where the variance belongs. The plain graph takes the same file and answers
/// wrongly.
bool needs_second_rescaling(const Graph& graph, const StateDict& weights) {
  constexpr float kStd[] = {0.229f, 0.224f, 0.225f};
  for (std::size_t id = 0; id + 1 < graph.nodes.size(); ++id) {
    const Node& node = graph.nodes[id];
    if (!std::holds_alternative<NormalizationOp>(node.op)) continue;
    const auto variance = weights.at(graph.params[node.params[1]].name).values();
    const bool of_imagenet =
        std::ranges::equal(variance, kStd, [](float a, float b) { return std::abs(a - b) < 1e-4f; });
    return of_imagenet && !std::holds_alternative<RescaleOp>(graph.nodes[id + 1].op);
  }
  return false;
}

}  // namespace

void check_flavour(const Graph& graph, const std::string& network, const WeightFile& file,
                   const Import& import, const std::string& file_name) {
  const auto made_for = file.metadata.find("network");
  if (made_for != file.metadata.end()) {
    require(made_for->second == network, ErrorKind::Model,
            fmt::format("[weights] {} was made for {}, not for {}", file_name, made_for->second, network),
            fmt::format("--model {}", made_for->second));
    return;
  }
  require(!is_keras_flavour(graph) || import.report.keras, ErrorKind::Model,
          fmt::format("[weights] {} has PyTorch's names, and {} is a network in the Keras flavour", file_name,
                      network),
          "name the network that the file was made for with --model, e.g. mobilenet_v2");
  require(!needs_second_rescaling(graph, import.weights), ErrorKind::Model,
          fmt::format(
              "[weights] {} holds ImageNet weights of Keras, which scale the input once more than {} does",
              file_name, network),
          fmt::format("--model {}_imagenet", network));
}

}  // namespace giemsa
