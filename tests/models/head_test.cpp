#include "giemsa/models/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error_matchers.h"
#include "giemsa/graph/layer_table.h"
#include "giemsa/models/registry.h"

namespace giemsa {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

struct Layer {
  std::string name, type;
  std::int64_t outputs;
  bool operator==(const Layer&) const = default;
};
void PrintTo(const Layer& layer, std::ostream* out) {
  *out << layer.name << " " << layer.type << layer.outputs;
}

std::vector<Layer> head_layers(const char* network, const HeadOptions& head) {
  const Graph graph = build_model(network, {.classes = 5, .dropout = 0.4, .head = head});
  std::vector<Layer> layers;
  for (std::size_t id = static_cast<std::size_t>(graph.features) + 1; id < graph.nodes.size(); ++id) {
    const Node& node = graph.nodes[id];
    EXPECT_TRUE(graph.in_head(node.name)) << node.name;
    EXPECT_TRUE(node.shape.is_vector()) << node.name;
    layers.push_back({node.name, std::string(op_name(node.op)), node.shape.channels});
  }
  return layers;
}

TEST(Head, AxonIsAsTheReportDescribesIt) {
  const std::vector<Layer> expected = {
      {"head.pool", "GlobalAvgPool", 1280},    {"head.bn", "BatchNorm", 1280},
      {"head.se.pool", "GlobalAvgPool", 1280}, {"head.se.reduce", "Linear", 160},
      {"head.se.relu", "Relu", 160},           {"head.se.expand", "Linear", 1280},
      {"head.se.sigmoid", "Sigmoid", 1280},    {"head.se.gate", "Mul", 1280},
      {"head.pool2", "GlobalAvgPool", 1280},   {"head.1.fc", "Linear", 512},
      {"head.1.bn", "BatchNorm", 512},         {"head.1.act", "LeakyRelu", 512},
      {"head.1.drop", "Dropout", 512},         {"head.2.fc", "Linear", 256},
      {"head.2.bn", "BatchNorm", 256},         {"head.2.act", "LeakyRelu", 256},
      {"head.2.drop", "Dropout", 256},         {"head.fc", "Linear", 5},
  };
  EXPECT_EQ(head_layers("mobilenet_v2", {.kind = "axon", .units = 512, .reduction = 8}), expected);
}

TEST(Head, DlBoisIsAsTheReportDescribesIt) {
  const std::vector<Layer> expected = {
      {"head.pool", "GlobalAvgPool", 1280}, {"head.fc1", "Linear", 256}, {"head.relu", "Relu", 256},
      {"head.drop", "Dropout", 256},        {"head.fc2", "Linear", 5},
  };
  EXPECT_EQ(head_layers("mobilenet_v2_keras", {.kind = "dl_bois"}), expected);
  const Graph graph = build_model("mobilenet_v2_keras", {.head = {.kind = "dl_bois", .l2 = 0.002}});
  for (const Param& param : graph.params) {
    const bool kernel = param.name == "head.fc1.weight" || param.name == "head.fc2.weight";
    EXPECT_FLOAT_EQ(param.l2, kernel ? 0.002f : 0.f) << param.name;
  }
}

TEST(Head, LinearIsPoolingAndOneDenseLayer) {
  const std::vector<Layer> expected = {
      {"head.pool", "GlobalAvgPool", 768}, {"head.drop", "Dropout", 768}, {"head.fc", "Linear", 5}};
  EXPECT_EQ(head_layers("convnext_tiny", {.kind = "linear"}), expected);
}

TEST(Head, LeavesTheBackboneAsItIs) {
  for (const ModelEntry& entry : model_registry()) {
    const Graph own = entry.build({.input_px = 96});
    for (const std::string_view kind : head_kinds()) {
      const Graph other = entry.build({.input_px = 96, .head = {.kind = std::string(kind)}});
      ASSERT_EQ(other.features, own.features) << entry.name;
      EXPECT_EQ(other.nodes[other.features].name, own.nodes[own.features].name);
      EXPECT_EQ(other.output_shape(), own.output_shape());
      EXPECT_EQ(other.published_head_scope, own.published_head_scope);
    }
  }
}

TEST(Head, RefusesWhatItDoesNotKnow) {
  const struct {
    HeadOptions head;
    const char* message;
  } kCases[] = {
      {{.kind = "axxon"}, "there is no head 'axxon'"},
      {{.kind = ""}, "there is no head ''"},
      {{.kind = "axon", .units = 0}, "head.units must lie in [1, 65536]; got 0"},
      {{.kind = "axon", .reduction = 0}, "head.reduction must lie in [1, 4096]; got 0"},
      {{.kind = "axon", .slope = -1}, "head.slope must lie in [0, 1]; got -1"},
      {{.kind = "dl_bois", .l2 = 2}, "head.l2 must lie in [0, 1]; got 2"},
  };
  for (const auto& [head, message] : kCases) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&, h = head] { build_model("mobilenet_v2", {.head = h}); }),
                HasSubstr(message));
  }
}

}  // namespace
}  // namespace giemsa
