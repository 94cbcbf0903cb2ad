#include "giemsa/graph/freeze.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error_matchers.h"
#include "giemsa/graph/builder.h"
#include "giemsa/graph/layer_table.h"
#include "giemsa/graph/memory.h"
#include "giemsa/models/registry.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// stem (conv, bn) → block1 (conv, bn, relu) → block10 (depthwise, layer norm, linear) → head.
Graph small_graph() {
  GraphBuilder g({3, 8, 8});
  Value x = g.conv("stem_conv", g.input(), 4, {.kernel = 3});
  x = g.batch_norm("stem_bn", x);
  x = g.conv("block1_conv", x, 4, {.kernel = 3});
  x = g.batch_norm("block1_bn", x);
  x = g.activation("block1_relu", x, Activation::Relu);
  x = g.conv("block10_dw", x, 4, {.kernel = 3, .groups = 4});
  x = g.layer_norm("block10_ln", x);
  x = g.linear("block10_fc", x, 6);
  const Value features = x;
  x = g.batch_norm("head.bn", g.global_avg_pool("head.pool", x));
  return g.finish(features, g.linear("head.fc", x, 2), "head");
}

std::vector<std::string> trained(const Graph& graph, const std::string& plan) {
  const std::vector<char> frozen = frozen_nodes(graph, plan);
  std::vector<std::string> names;
  for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
    const Node& node = graph.nodes[id];
    if (!frozen[id] && !node.params.empty() && !graph.in_head(node.name)) names.push_back(node.name);
  }
  return names;
}

TEST(FreezePlan, SaysWhatTrains) {
  const Graph graph = small_graph();
  const struct {
    const char* plan;
    std::vector<std::string> trained;
  } kCases[] = {
      {"none",
       {"stem_conv", "stem_bn", "block1_conv", "block1_bn", "block10_dw", "block10_ln", "block10_fc"}},
      {"backbone", {}},
      {"first 0",
       {"stem_conv", "stem_bn", "block1_conv", "block1_bn", "block10_dw", "block10_ln", "block10_fc"}},
      {"first 1",
       {"stem_conv", "stem_bn", "block1_conv", "block1_bn", "block10_dw", "block10_ln", "block10_fc"}},
      {"first 4", {"block1_bn", "block10_dw", "block10_ln", "block10_fc"}},
      {"before block1", {"block1_conv", "block1_bn", "block10_dw", "block10_ln", "block10_fc"}},
      {"before block 10", {"block10_dw", "block10_ln", "block10_fc"}},
      {"layers block1", {"stem_conv", "stem_bn", "block10_dw", "block10_ln", "block10_fc"}},
      {"layers block10", {"stem_conv", "stem_bn", "block1_conv", "block1_bn"}},
      {"only conv", {"stem_conv", "block1_conv"}},
      {"only conv+depthwise", {"stem_conv", "block1_conv", "block10_dw"}},
      {"only dense + LayerNorm", {"block10_ln", "block10_fc"}},
      {"batchnorm", {"stem_conv", "block1_conv", "block10_dw", "block10_ln", "block10_fc"}},
      {"first 3, only conv+depthwise", {"block1_conv", "block10_dw"}},
      {" before block1 ,batchnorm", {"block1_conv", "block10_dw", "block10_ln", "block10_fc"}},
  };
  for (const auto& [plan, expected] : kCases) EXPECT_EQ(trained(graph, plan), expected) << plan;
}

TEST(FreezePlan, NeverFreezesTheHead) {
  const Graph graph = small_graph();
  for (const char* plan : {"backbone", "first 12", "batchnorm", "only depthwise", "before head"}) {
    const std::vector<char> frozen = frozen_nodes(graph, plan);
    for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
      if (static_cast<NodeId>(id) > graph.features) {
        EXPECT_FALSE(frozen[id]) << plan << ": " << graph.nodes[id].name;
      }
    }
  }
}

TEST(FreezePlan, RefusesWhatItCannotRead) {
  const Graph graph = small_graph();
  const struct {
    const char *plan, *message;
  } kCases[] = {
      {"", "[freeze] '': unknown rule"},
      {"half", "'half': unknown rule"},
      {"first", "'first': a whole number is wanted"},
      {"first -1", "a whole number is wanted"},
      {"first 1 50", "a whole number is wanted"},
      {"first 3x", "a whole number is wanted"},
      {"first 13", "the network has 12 layers"},
      {"before block2", "no layer's name begins with 'block2'"},
      {"layers", "no layer's name begins with ''"},
      {"only convolution", "there is no kind 'convolution'"},
      {"only con v", "there is no kind 'con v'"},
      {"backbone,", "[freeze] '': unknown rule"},
  };
  for (const auto& [plan, message] : kCases) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&, p = plan] { frozen_nodes(graph, p); }), HasSubstr(message))
        << plan;
  }
}

TEST(FreezePlan, LeavesReportAxonsTrainableSets) {
  // "Freeze the first k layers, train only Conv2D/DepthwiseConv2D" of ConvNeXt-Large in Keras' numbering.
  const struct {
    int first;
    std::size_t convolutions;
    const char* first_trained;
    double millions;
  } kCases[] = {
      {150, 15, "convnext_large_stage_2_block_15_depthwise_conv", 0.69},
      {100, 22, "convnext_large_stage_2_block_8_depthwise_conv", 0.96},
      {50, 29, "convnext_large_stage_2_block_1_depthwise_conv", 1.23},
      {20, 33, "convnext_large_stage_1_block_0_depthwise_conv", 1.32},
  };
  const Graph graph = build_model("convnext_large_keras", {});
  for (const auto& [first, convolutions, first_trained, millions] : kCases) {
    const std::vector<char> frozen =
        frozen_nodes(graph, "first " + std::to_string(first) + ", only conv+depthwise");
    std::vector<std::string> names;
    std::int64_t params = 0;
    for (std::size_t id = 0; id < graph.nodes.size(); ++id) {
      const Node& node = graph.nodes[id];
      if (frozen[id] || node.params.empty() || graph.in_head(node.name)) continue;
      names.push_back(node.keras_name);
      EXPECT_TRUE(std::holds_alternative<ConvOp>(node.op)) << node.name;
      for (const int p : node.params) params += graph.params[p].size();
    }
    ASSERT_EQ(names.size(), convolutions) << first;
    EXPECT_EQ(names.front(), first_trained);
    EXPECT_NEAR(static_cast<double>(params) / 1e6, millions, 0.005) << first;
  }
}

TEST(FreezePlan, FindsStagesByKerasName) {
  // Keras 3.16's numbering: block 7 of EfficientNet-B2 begins at layer 308 of 339.
  const Graph graph = build_model("efficientnet_b2_keras", {});
  EXPECT_EQ(frozen_nodes(graph, "before block 7"), frozen_nodes(graph, "first 308"));
  EXPECT_NE(frozen_nodes(graph, "before block 7"), frozen_nodes(graph, "first 310"));
}

TEST(MemoryNeed, CountsWhatTrains) {
  const Graph graph = small_graph();
  const std::int64_t all = layer_table(graph).params, trainable = layer_table(graph).trainable;
  const MemoryNeed full = memory_need(graph, frozen_nodes(graph, "none"));
  EXPECT_EQ(full.weights, 4 * all);
  EXPECT_EQ(full.training_state, 4 * 4 * trainable);
  // Input, six maps of 4 × 8 × 8, one of 6 × 8 × 8, and the head's 6 + 6 + 2 values.
  EXPECT_EQ(full.maps_per_picture, 4 * (3 * 64 + 7 * 4 * 64 + 6 * 64 + 14));
  const MemoryNeed head = memory_need(graph, frozen_nodes(graph, "backbone"));
  EXPECT_EQ(head.weights, full.weights);
  EXPECT_EQ(head.training_state, 4 * 4 * (2 * 6 + 6 * 2 + 2));
  EXPECT_EQ(head.maps_per_picture, 4 * (6 + 6 + 2));
}

}  // namespace
}  // namespace giemsa
