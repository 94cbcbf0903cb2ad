#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "giemsa/models/registry.h"
#include "infer/formula_weights.h"

namespace giemsa::testing {

// Networks as torchvision runs them in double precision: tests/golden/make/torchvision_networks.py.

inline const std::vector<std::string>& torchvision_networks() {
  static const std::vector<std::string> names = {
      "vgg16",           "vgg19",           "vgg16_bn",           "vgg19_bn",           "mobilenet_v2",
      "resnet18",        "resnet34",        "resnet50",           "resnet101",          "resnet152",
      "densenet121",     "inception_v3",    "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0",
      "efficientnet_b1", "efficientnet_b2", "efficientnet_b3",    "efficientnet_b4",    "efficientnet_v2_s",
      "convnext_tiny",   "convnext_small",  "convnext_base",      "convnext_large",     "squeezenet1_0",
      "squeezenet1_1"};
  return names;
}

inline nlohmann::json torchvision_figures(const std::string& network) {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "torchvision_outputs.json");
  return nlohmann::json::parse(file).at(network);
}

/// gain: the variance of a kernel times its fan-in.
inline StateDict torchvision_weights(const Graph& graph, double gain) {
  StateDict weights;
  for (const Param& param : graph.params) {
    const auto fill = [&](float scale, float offset) {
      weights[param.name] = formula_tensor(param.name, param.shape, scale, offset);
    };
    switch (param.kind) {
      case ParamKind::Weight:
        fill(formula_scale(gain, param.size() / param.shape[0]), 0);
        break;
      case ParamKind::NormScale:
      case ParamKind::RunningVar:
        fill(0.2f, 1);
        break;
      case ParamKind::LayerScale:
        fill(0.2f, 0.5f);
        break;
      case ParamKind::Bias:
      case ParamKind::NormShift:
      case ParamKind::RunningMean:
        fill(0.5f, 0);
        break;
    }
  }
  return weights;
}

/// [S, S, 3] in [-2, 2).
inline HostTensor torchvision_picture(std::int64_t side_px) {
  return formula_tensor("input", {side_px, side_px, 3}, 4, 0);
}

inline double largest_magnitude(const std::vector<double>& values) {
  return std::max(*std::max_element(values.begin(), values.end()),
                  -*std::min_element(values.begin(), values.end()));
}

}  // namespace giemsa::testing
