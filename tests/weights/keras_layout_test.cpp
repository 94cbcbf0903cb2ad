#include "giemsa/weights/keras_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "giemsa/graph/builder.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A layer of each kind that Keras stores its own way.
Graph graph_of_each() {
  GraphBuilder g({2, 4, 4}, Flavour::Keras);
  Value x = g.conv({"conv", "Conv"}, g.input(), 3, {.kernel = {1, 2}, .bias = true});
  x = g.conv({"dw", "Depth"}, x, 3, {.kernel = {2, 1}, .groups = 3});
  x = g.conv({"grouped", "Grouped"}, x, 6, {.groups = 3});
  x = g.conv({"pointwise", "Separable"}, x, 6, {});
  x = g.normalization({"normal", "Normal"}, x);
  x = g.batch_norm({"bn", "Norm"}, x);
  x = g.layer_scale({"gamma", "Scale"}, x, 1);
  x = g.batch_norm("nameless", x);
  const Value features = x;
  x = g.global_avg_pool("pool", x);
  return g.finish(features, g.linear({"fc", "predictions"}, x, 2), "fc");
}

const Param& find(const Graph& graph, const std::string& name) {
  return *std::find_if(graph.params.begin(), graph.params.end(),
                       [&](const Param& p) { return p.name == name; });
}

/// 0, 1, 2, … in the given shape.
HostTensor counting(std::vector<std::int64_t> shape) {
  return HostTensor::make(std::move(shape),
                          [](std::span<float> out) { std::iota(out.begin(), out.end(), 0.f); });
}

TEST(KerasLayout, NamesAreLayerSlashWeight) {
  const Graph graph = graph_of_each();
  const struct {
    const char* param;
    std::vector<std::string> names;
  } kCases[] = {
      {"conv.weight", {"Conv/kernel"}},
      {"pointwise.weight", {"Separable/kernel", "Separable/pointwise_kernel"}},
      {"normal.mean", {"Normal/mean"}},
      {"normal.variance", {"Normal/variance"}},
      {"conv.bias", {"Conv/bias"}},
      {"dw.weight", {"Depth/kernel", "Depth/depthwise_kernel"}},
      {"grouped.weight", {"Grouped/kernel"}},
      {"bn.weight", {"Norm/gamma"}},
      {"bn.bias", {"Norm/beta"}},
      {"bn.running_mean", {"Norm/moving_mean"}},
      {"bn.running_var", {"Norm/moving_variance"}},
      {"gamma", {"Scale/gamma"}},
      {"nameless.weight", {}},
      {"fc.weight", {"predictions/kernel", "Logits/kernel"}},
      {"fc.bias", {"predictions/bias", "Logits/bias"}},
  };
  for (const auto& [param, names] : kCases) EXPECT_EQ(keras_names(graph, find(graph, param)), names) << param;
}

TEST(KerasLayout, ValuesAreTurnedIntoPyTorchsOrder) {
  const Graph graph = graph_of_each();
  const struct {
    const char* param;
    std::vector<std::int64_t> stored, shape;
    std::vector<float> values;  // of 0, 1, 2, … as stored
  } kCases[] = {
      // HWIO → OIHW: stored[h][w][i][o] = 6 w + 3 i + o.
      {"conv.weight", {1, 2, 2, 3}, {3, 2, 1, 2}, {0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11}},
      // HWCM → (C·M)1HW: stored[h][w][c][0] = 3 h + c.
      {"dw.weight", {2, 1, 3, 1}, {3, 1, 2, 1}, {0, 3, 1, 4, 2, 5}},
      // Grouped: HW(I/groups)O → O(I/groups)HW.
      {"grouped.weight", {1, 1, 1, 6}, {6, 1, 1, 1}, {0, 1, 2, 3, 4, 5}},
      // IO → OI: stored[i][o] = 2 i + o.
      {"fc.weight", {6, 2}, {2, 6}, {0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}},
      {"bn.weight", {6}, {6}, {0, 1, 2, 3, 4, 5}},
      {"conv.bias", {3}, {3}, {0, 1, 2}},
  };
  for (const auto& [param, stored, shape, values] : kCases) {
    const Param& p = find(graph, param);
    const HostTensor turned = from_keras(graph, p, counting(stored));
    EXPECT_EQ(turned.shape, shape) << param;
    EXPECT_EQ(turned.shape, p.shape) << param;
    EXPECT_THAT(turned.values(), ::testing::ElementsAreArray(values)) << param;
  }
}

TEST(KerasLayout, ADepthwiseConvolutionOfManyInputsAndTwoOutputsEach) {
  // depth_multiplier 2: output channel c·M + m, stored[h][w][c][m] = 4 w + 2 c + m.
  GraphBuilder g({4, 4, 4}, Flavour::Keras);
  const Value x = g.conv({"dw", "Depth"}, g.input(), 4, {.kernel = {1, 2}, .groups = 4});
  const Graph graph = g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2), "fc");
  const HostTensor turned = from_keras(graph, graph.params.front(), counting({1, 2, 2, 2}));
  EXPECT_THAT(turned.shape, ElementsAre(4, 1, 1, 2));
  EXPECT_THAT(turned.values(), ElementsAre(0, 4, 1, 5, 2, 6, 3, 7));
}

TEST(KerasLayout, OtherRanksComeBackAsTheyAre) {
  const Graph graph = graph_of_each();
  const struct {
    const char* param;
    std::vector<std::int64_t> stored;
  } kCases[] = {
      {"conv.weight", {12}}, {"conv.weight", {2, 2, 3}}, {"dw.weight", {6}}, {"fc.weight", {1, 1, 6, 2}}};
  for (const auto& [param, stored] : kCases) {
    EXPECT_EQ(from_keras(graph, find(graph, param), counting(stored)).shape, stored) << param;
  }
}

TEST(KerasLayout, HeadsGoByTheirNames) {
  for (const char* name :
       {"predictions/kernel", "predictions/bias", "Logits/kernel", "Logits", "logits/kernel", "fc1/bias",
        "convnext_tiny_head_layernorm/gamma", "convnext_tiny_head_dense/bias"}) {
    EXPECT_TRUE(is_keras_head(name)) << name;
  }
  for (const char* name :
       {"", "prediction/kernel", "predictions_2/kernel", "Conv/Logits", "head_dense_1/kernel"}) {
    EXPECT_FALSE(is_keras_head(name)) << name;
  }
}

}  // namespace
}  // namespace giemsa
