#pragma once
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "giemsa/core/csv.h"
#include "giemsa/core/text.h"
#include "giemsa/models/registry.h"
#include "infer/formula_weights.h"
#include "shared_data.h"

namespace giemsa::testing {

// Networks as Keras 3.16 runs them in double precision on weights by formula: golden/keras of the shared
// data, whose README says how they were made.

/// A network of Keras, giemsa's for it, and the inputs that there are figures for.
struct KerasCase {
  const char *keras, *network;
  std::vector<std::int64_t> inputs_px = {96};
};
inline void PrintTo(const KerasCase& c, std::ostream* out) { *out << c.keras; }

inline const std::vector<KerasCase>& keras_cases() {
  static const std::vector<KerasCase> cases = {
      {"VGG16", "vgg16_keras", {96, 101}},
      {"VGG19", "vgg19_keras"},
      {"ResNet50", "resnet50_keras", {96, 101}},
      {"MobileNet", "mobilenet_v1_keras", {96, 101}},
      {"MobileNetV2", "mobilenet_v2_keras", {96, 101}},
      {"MobileNetV3Small", "mobilenet_v3_small_keras"},
      {"MobileNetV3Large", "mobilenet_v3_large_keras"},
      {"Xception", "xception_keras"},
      {"ConvNeXtTiny", "convnext_tiny_keras", {96, 101}},
      {"ConvNeXtBase", "convnext_base_keras"},
      {"ConvNeXtLarge", "convnext_large_keras"},
      {"ConvNeXtXLarge", "convnext_xlarge_keras"},
      {"EfficientNetB0", "efficientnet_b0_keras"},
      {"EfficientNetB0_imagenet", "efficientnet_b0_keras_imagenet"},
      {"EfficientNetB2", "efficientnet_b2_keras", {96, 101}},
      {"EfficientNetB2_imagenet", "efficientnet_b2_keras_imagenet"},
      {"EfficientNetB3", "efficientnet_b3_keras"},
      {"EfficientNetB3_imagenet", "efficientnet_b3_keras_imagenet"},
      {"EfficientNetV2S", "efficientnet_v2_s_keras"},
  };
  return cases;
}

inline std::filesystem::path keras_layers_file(const KerasCase& c) {
  return std::filesystem::path("golden/keras") / (std::string(c.keras) + ".layers.csv");
}

inline nlohmann::json keras_figures(const KerasCase& c, std::int64_t input_px) {
  const std::string size = input_px == 96 ? "" : ".s" + std::to_string(input_px);
  std::ifstream stream(shared_data(std::filesystem::path("golden/keras") / (c.keras + size + ".json")));
  return nlohmann::json::parse(stream);
}

/// Every tensor of Keras' list ("Conv1/kernel:3x3x3x32"), filled by the README's formula.
inline StateDict keras_weights(const KerasCase& c, const nlohmann::json& figures) {
  const CsvTable layers = CsvTable::read(shared_data(keras_layers_file(c)));
  StateDict file;
  bool stem = true;  // the first kernel has a gain of its own
  for (const auto& row : layers.rows()) {
    const std::string &type = row[layers.column("class")], &weights = row[layers.column("weights")];
    if (weights.empty()) continue;
    for (const std::string& listed : split_text(weights, ';')) {
      const std::size_t colon = listed.rfind(':');
      const std::string name = listed.substr(0, colon), weight = name.substr(name.rfind('/') + 1);
      if (weight == "count") continue;
      std::vector<std::int64_t> shape;
      for (const std::string& side : split_text(listed.substr(colon + 1), 'x')) {
        shape.push_back(std::stoll(side));
      }
      float scale = figures.at("bias_amplitude"), offset = 0;
      if (weight.ends_with("kernel")) {
        const bool depthwise = type == "DepthwiseConv2D" || weight == "depthwise_kernel";
        std::int64_t fan_in = 1;
        for (std::size_t d = 0; d < (depthwise ? 2 : shape.size() - 1); ++d) fan_in *= shape[d];
        scale = formula_scale(figures.at(stem ? "stem_gain" : "gain"), fan_in);
        stem = false;
      } else if (weight == "gamma" || weight == "moving_variance") {
        scale = 0.2f;
        offset = type == "LayerScale" ? 0.5f : 1;
      } else if (type == "Normalization") {
        scale = weight == "mean" ? 0.1f : 0.05f;
        offset = weight == "mean" ? 0.45f : 0.225f;
      }
      file[name] = formula_tensor(name, std::move(shape), scale, offset);
    }
  }
  return file;
}

/// The README's picture, RGB 0…255.
inline std::vector<double> keras_picture(std::int64_t side_px) {
  std::vector<double> values(static_cast<std::size_t>(side_px * side_px * 3));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>(formula_bits(fnv1a("input"), i) >> 16);  // of 2^24 → of 2^8
  }
  return values;
}

/// The same as the network's registry row prepares it: [H, W, C].
inline std::vector<float> keras_input(const ModelEntry& model, std::int64_t side_px) {
  const std::vector<double> bytes = keras_picture(side_px);
  std::vector<float> values(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t channel = i % 3, from = model.pixels.bgr ? 2 - channel : channel;
    values[i] = static_cast<float>((bytes[i - channel + from] / 255 - double{model.pixels.mean[from]}) /
                                   double{model.pixels.std[from]});
  }
  return values;
}

/// The node whose value is that of a layer in Keras' list.
inline NodeId node_of_keras_layer(const Graph& graph, const std::string& layer) {
  for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
    for (const KerasLayer& listed : graph.nodes[id].keras_layers) {
      if (listed.name == layer) return static_cast<NodeId>(id);
    }
  }
  return -1;
}

}  // namespace giemsa::testing
