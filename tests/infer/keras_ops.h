#pragma once
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "giemsa/graph/builder.h"
#include "giemsa/weights/import.h"
#include "shared_data.h"

namespace giemsa::testing {

// Single layers of Keras 3.16 with their weights, inputs and outputs in full: golden/keras/ops.json of the
// shared data.

inline constexpr const char* kKerasOpsFile = "golden/keras/ops.json";

/// A layer as a graph, with the case's weights through the import. The layer's value is graph.features; a
/// head only closes the graph.
struct KerasOp {
  Graph graph;
  StateDict weights;
  std::size_t count;           ///< of pictures
  std::vector<float> input;    ///< [count, H, W, C]
  std::vector<double> output;  ///< the same
};

inline std::vector<nlohmann::json> keras_op_cases() {
  std::ifstream stream(shared_data(kKerasOpsFile));
  return nlohmann::json::parse(stream).at("cases");
}

namespace keras_ops {

using nlohmann::json;

/// The name under which each case's layer stands in Keras.
inline const std::string kLayer = "op";

inline Padding padding(const json& config, const Shape& in) {
  return config.at("padding") == "same"
             ? same_padding(in, config.at("kernel").get<int>(), config.at("stride").get<int>())
             : Padding{};
}

inline std::int64_t last_side(const json& c, const char* weight) {
  return c.at("weights").at(weight).at("shape").back();
}

inline Value conv(GraphBuilder& g, const LayerName& name, Value x, const json& c, std::int64_t out_channels,
                  std::int64_t groups) {
  const json& config = c.at("config");
  return g.conv(name, x, out_channels,
                {.kernel = config.at("kernel").get<int>(),
                 .stride = config.at("stride").get<int>(),
                 .padding = padding(config, x.shape()),
                 .groups = groups,
                 .bias = c.at("weights").contains("bias")});
}

inline Value conv2d(GraphBuilder& g, Value x, const json& c) {
  return conv(g, {"conv", kLayer}, x, c, last_side(c, "kernel"), c.at("config").value("groups", 1));
}
inline Value depthwise(GraphBuilder& g, Value x, const json& c) {
  return conv(g, {"conv", kLayer}, x, c, x.channels() * last_side(c, "kernel"), x.channels());
}
inline Value separable(GraphBuilder& g, Value x, const json& c) {
  x = conv(g, LayerName{"depthwise", kLayer}.inside(), x, c, x.channels(), x.channels());
  return g.conv(LayerName{"pointwise", kLayer}.as("SeparableConv2D"), x, last_side(c, "pointwise_kernel"),
                {});
}
inline Value max_pool(GraphBuilder& g, Value x, const json& c) {
  const json& config = c.at("config");
  return g.max_pool({"pool", kLayer}, x,
                    {.kernel = config.at("kernel").get<int>(),
                     .stride = config.at("stride").get<int>(),
                     .padding = padding(config, x.shape())});
}
inline Value batch_norm(GraphBuilder& g, Value x, const json& c) {
  return g.batch_norm({"bn", kLayer}, x, {.epsilon = c.at("config").at("epsilon")});
}
inline Value layer_norm(GraphBuilder& g, Value x, const json& c) {
  return g.layer_norm({"ln", kLayer}, x, {.epsilon = c.at("config").at("epsilon")});
}
inline Value dense(GraphBuilder& g, Value x, const json& c) {
  return g.linear({"fc", kLayer}, x, last_side(c, "kernel"));
}
inline Value global_average_pool(GraphBuilder& g, Value x, const json&) {
  return g.global_avg_pool({"gap", kLayer}, x);
}
inline Value normalization(GraphBuilder& g, Value x, const json&) {
  return g.normalization({"norm", kLayer}, x);
}
template <Activation Kind>
Value activation(GraphBuilder& g, Value x, const json&) {
  return g.activation({"act", kLayer}, x, Kind);
}

using Build = Value (*)(GraphBuilder&, Value, const json&);

/// How to build a case, by the beginning of its name; nullptr for a case that is no layer.
inline Build build_of(const std::string& name) {
  static constexpr struct {
    const char* begins;
    Build build;
  } kLayers[] = {
      {"conv2d_", conv2d},
      {"depthwise_", depthwise},
      {"separable_", separable},
      {"grouped_conv_", conv2d},
      {"maxpool_", max_pool},
      {"batchnorm_", batch_norm},
      {"layernorm_", layer_norm},
      {"dense", dense},
      {"global_average_pool", global_average_pool},
      {"normalization", normalization},
      {"activation_relu6", activation<Activation::Relu6>},
      {"activation_relu", activation<Activation::Relu>},
      {"activation_hard_swish", activation<Activation::HardSwish>},
      {"activation_swish", activation<Activation::Silu>},
      {"activation_gelu", activation<Activation::Gelu>},
      {"activation_sigmoid", activation<Activation::Sigmoid>},
      {"activation_hard_sigmoid", activation<Activation::HardSigmoid>},
  };
  for (const auto& [begins, build] : kLayers) {
    if (name.starts_with(begins)) return build;
  }
  return nullptr;
}

/// [N, C] or [N, H, W, C] → [C, H, W].
inline Shape picture_shape(const std::vector<std::int64_t>& shape) {
  if (shape.size() == 2) return {shape[1]};
  return {shape[3], shape[1], shape[2]};
}

inline HostTensor tensor(const json& stored) {
  return HostTensor::make(stored.at("shape"), [&](std::span<float> values) {
    const std::vector<float> data = stored.at("data");
    std::copy(data.begin(), data.end(), values.begin());
  });
}

}  // namespace keras_ops

/// Whether the case is a layer that a graph can hold.
inline bool is_keras_layer(const nlohmann::json& c) { return keras_ops::build_of(c.at("case")) != nullptr; }

inline KerasOp keras_op(const nlohmann::json& c) {
  const std::vector<std::int64_t> shape = c.at("input").at("shape");
  GraphBuilder g(keras_ops::picture_shape(shape), Flavour::Keras);
  const Value y = keras_ops::build_of(c.at("case"))(g, g.input(), c);
  const Value logits = g.linear("head", g.global_avg_pool("head_pool", y), 2);
  Graph graph = g.finish(y, logits, "head");

  WeightFile file;
  for (const auto& [name, stored] : c.at("weights").items()) {
    file.tensors[keras_ops::kLayer + "/" + name] = keras_ops::tensor(stored);
  }
  StateDict weights = import_weights(graph, file, 1, c.at("case")).weights;
  return {std::move(graph), std::move(weights), static_cast<std::size_t>(shape[0]),
          c.at("input").at("data").get<std::vector<float>>(),
          c.at("output").at("data").get<std::vector<double>>()};
}

}  // namespace giemsa::testing
