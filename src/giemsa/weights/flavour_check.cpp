#include "giemsa/weights/flavour_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "giemsa/core/text.h"

namespace giemsa {

namespace {

/// The variance that the file gives to the network's Normalization layer, if both have one.
std::optional<std::span<const float>> variance_of_input(const Graph& graph, const WeightFile& file,
                                                        const Naming& naming) {
  for (const Node& node : graph.nodes) {
    if (!std::holds_alternative<NormalizationOp>(node.op)) continue;
    const auto tensor = naming.tensors.find(graph.params[node.params[1]].name);
    if (tensor != naming.tensors.end()) return file.tensors.at(tensor->second).values();
  }
  return std::nullopt;
}

/// Keras' EfficientNets with ImageNet weights divide by √(standard deviation) once more, since their files
/// give the standard deviation where the variance belongs. The plain graph takes the same file and answers
/// wrongly, and so does the other way round the graph with that rescaling.
Refusal rescaling_fault(const Graph& graph, const WeightFile& file, const Naming& naming) {
  constexpr std::string_view kSuffix = "_imagenet";
  constexpr float kStd[] = {0.229f, 0.224f, 0.225f};
  const auto variance = variance_of_input(graph, file, naming);
  if (!variance || variance->size() != 3) return {};
  const bool of_imagenet =
      std::ranges::equal(*variance, kStd, [](float a, float b) { return std::abs(a - b) < 1e-4f; });
  const bool nowhere_near = std::ranges::any_of(*variance, [](float v) { return v < 0.1f || v > 0.5f; });
  const bool rescales = graph.network.ends_with(kSuffix);
  if (of_imagenet && !rescales) {
    return {fmt::format("holds ImageNet weights of Keras, which scale the input once more than {} does",
                        graph.network),
            fmt::format("--model {}{}", graph.network, kSuffix)};
  }
  if (nowhere_near && rescales) {
    return {fmt::format("does not hold ImageNet weights of Keras, whose input {} scales once more",
                        graph.network),
            fmt::format("--model {}", graph.network.substr(0, graph.network.size() - kSuffix.size()))};
  }
  return {};
}

}  // namespace

Refusal flavour_fault(const Graph& graph, const WeightFile& file, const Naming& naming,
                      const std::string& file_name) {
  const auto made_for = file.metadata.find("network");
  if (made_for != file.metadata.end() && !graph.network.empty()) {
    if (made_for->second == graph.network) return {};
    return {fmt::format("was made for {}, not for {}", printable(made_for->second), graph.network),
            fmt::format("--model {}", printable(made_for->second))};
  }
  if (graph.flavour == Flavour::Keras && !naming.keras && !naming.tensors.empty()) {
    return {fmt::format("has PyTorch's names, and {} is a network in the Keras flavour", graph.network),
            "name the network that the file was made for with --model, e.g. mobilenet_v2"};
  }
  if (naming.scheme.starts_with("timm") &&
      std::filesystem::path(file_name).filename().string().starts_with("tf_")) {
    return {"is one of timm's tf_ networks, which pad and normalise as TensorFlow does",
            "take timm's network without tf_, or Keras' own file"};
  }
  return rescaling_fault(graph, file, naming);
}

}  // namespace giemsa
