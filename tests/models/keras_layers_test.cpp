// Networks in the Keras flavour against the layers that Keras 3.16 lists for them at 96 px (shared data).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "giemsa/graph/keras_layers.h"
#include "giemsa/graph/layer_table.h"
#include "infer/keras_golden.h"

namespace giemsa {
namespace {

/// "Nx3x3x1280"; Keras gives a vector as "Nx1280" or "Nx1x1x1280".
std::string shape_text(const Shape& shape, const std::string& like) {
  if (shape.is_vector() && std::count(like.begin(), like.end(), 'x') == 1)
    return fmt::format("Nx{}", shape.channels);
  return fmt::format("Nx{}x{}x{}", shape.height, shape.width, shape.channels);
}

class KerasLayers : public ::testing::TestWithParam<testing::KerasCase> {};

TEST_P(KerasLayers, AreThoseOfKerasInItsOrder) {
  const testing::KerasCase& c = GetParam();
  GIEMSA_NEEDS_SHARED(testing::keras_layers_file(c));
  const CsvTable csv = CsvTable::read(testing::shared_data(testing::keras_layers_file(c)));
  const std::size_t name = csv.column("name"), type = csv.column("class"), shape = csv.column("output_shape"),
                    params = csv.column("params");
  const Graph graph = build_model(c.network, {.classes = 8, .input_px = 96});
  const LayerTable table = layer_table(graph);
  ASSERT_GE(table.rows.size(), csv.rows().size());
  std::int64_t total = 0;
  for (std::size_t i = 0; i < csv.rows().size(); ++i) {
    const auto& expected = csv.rows()[i];
    const LayerRow& row = table.rows[i];
    ASSERT_EQ(row.name, expected[name]) << "layer " << i;
    EXPECT_EQ(row.type, expected[type]) << row.name;
    EXPECT_EQ(shape_text(row.shape, expected[shape]), expected[shape]) << row.name;
    EXPECT_EQ(std::to_string(row.params), expected[params]) << row.name;
    total += row.params;
  }
  EXPECT_EQ(total, testing::keras_figures(c, 96).at("params"));
  // Beyond Keras' list without its top there is only the head.
  for (std::size_t i = csv.rows().size(); i < table.rows.size(); ++i) {
    for (const NodeId node : table.rows[i].nodes) EXPECT_GT(node, graph.features) << table.rows[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, KerasLayers, ::testing::ValuesIn(testing::keras_cases()),
                         [](const auto& test) { return std::string(test.param.keras); });

TEST(KerasFlavour, EveryNetworkIsComparedOrSaysWhyNot) {
  // Those that keras_cases() has no figures of: deeper or shallower ones of a family that it has.
  const std::set<std::string_view> kCountedOnly{
      // Below, with their layers.
      "resnet101_keras", "resnet152_keras", "densenet121_keras", "inception_v3_keras",
      // Registry.TheCountsArePublished.
      "convnext_small_keras",
      // Registry.KerasCountsArePublished, with their layers.
      "efficientnet_b1_keras", "efficientnet_b1_keras_imagenet", "efficientnet_b4_keras",
      "efficientnet_b4_keras_imagenet"};
  std::set<std::string_view> covered = kCountedOnly, networks;
  for (const testing::KerasCase& c : testing::keras_cases()) {
    EXPECT_TRUE(covered.insert(c.network).second) << c.network << " is in both lists";
  }
  for (const ModelEntry& model : model_registry()) {
    const bool in_keras = model.name.find("_keras") != std::string_view::npos;
    EXPECT_EQ(model.build({}).flavour == Flavour::Keras, in_keras) << model.name;
    if (in_keras) networks.insert(model.name);
  }
  EXPECT_EQ(covered, networks);
}

TEST(KerasFlavour, NetworksWithoutAFileCountAsKerasPublishes) {
  // `len(model.layers)` and "Total params" of Keras' model.summary() with its top, 1000 classes.
  const struct {
    const char* network;
    std::size_t layers;
    std::int64_t params;
  } kCases[] = {
      {"resnet101_keras", 347, 44'707'176},
      {"resnet152_keras", 517, 60'419'944},
      {"densenet121_keras", 429, 8'062'504},
      {"inception_v3_keras", 313, 23'851'784},
  };
  for (const auto& [network, layers, params] : kCases) {
    const Graph graph = build_model(network, {.classes = 1000, .input_px = 224});
    EXPECT_EQ(keras_layers(graph).size(), layers) << network;
    EXPECT_EQ(layer_table(graph).params, params) << network;
  }
}

TEST(KerasFlavour, InceptionV3IsInTheOrderOfKerasSummary) {
  // model.summary() at 150 px. Keras' guide to fine-tuning freezes the first 249 layers and trains the two
  // blocks behind mixed8.
  const struct {
    std::size_t index;
    const char *name, *type;
    Shape shape;
    std::int64_t params;
  } kRows[] = {
      {1, "conv2d", "Conv2D", {32, 74, 74}, 864},
      {2, "batch_normalization", "BatchNormalization", {32, 74, 74}, 96},
      {228, "mixed7", "Concatenate", {768, 7, 7}, 0},
      {229, "conv2d_72", "Conv2D", {192, 7, 7}, 147'456},
      {230, "batch_normalization_72", "BatchNormalization", {192, 7, 7}, 576},
      {231, "activation_72", "Activation", {192, 7, 7}, 0},
      {232, "conv2d_73", "Conv2D", {192, 7, 7}, 258'048},
      {233, "batch_normalization_73", "BatchNormalization", {192, 7, 7}, 576},
      {234, "activation_73", "Activation", {192, 7, 7}, 0},
      {235, "conv2d_70", "Conv2D", {192, 7, 7}, 147'456},
      {236, "conv2d_74", "Conv2D", {192, 7, 7}, 258'048},
      {237, "batch_normalization_70", "BatchNormalization", {192, 7, 7}, 576},
      {238, "batch_normalization_74", "BatchNormalization", {192, 7, 7}, 576},
      {239, "activation_70", "Activation", {192, 7, 7}, 0},
      {240, "activation_74", "Activation", {192, 7, 7}, 0},
      {241, "conv2d_71", "Conv2D", {320, 3, 3}, 552'960},
      {242, "conv2d_75", "Conv2D", {192, 3, 3}, 331'776},
      {248, "mixed8", "Concatenate", {1280, 3, 3}, 0},
      {310, "mixed10", "Concatenate", {2048, 3, 3}, 0},
  };
  const LayerTable table = layer_table(build_model("inception_v3_keras", {.input_px = 150}));
  ASSERT_GT(table.rows.size(), 310u);
  for (const auto& [index, name, type, shape, params] : kRows) {
    const LayerRow& row = table.rows[index];
    EXPECT_EQ(row.name, name) << "layer " << index;
    EXPECT_EQ(row.type, type) << name;
    EXPECT_EQ(row.shape, shape) << name;
    EXPECT_EQ(row.params, params) << name;
  }
}

TEST(KerasFlavour, OnlyTheKerasFlavourPadsAsTensorFlowDoes) {
  const auto stem = [](const char* network, std::int64_t input_px) {
    return std::get<ConvOp>(build_model(network, {.input_px = input_px}).nodes[1].op).padding;
  };
  EXPECT_EQ(stem("mobilenet_v2_keras", 96), (Padding{0, 0, 1, 1}));
  EXPECT_EQ(stem("mobilenet_v2_keras", 101), Padding::all(1));
  EXPECT_EQ(stem("mobilenet_v2", 96), Padding::all(1));
  const auto epsilon = [](const char* network) {
    return std::get<BatchNormOp>(build_model(network, {}).nodes[2].op).epsilon;
  };
  EXPECT_EQ(epsilon("mobilenet_v2_keras"), 1e-3f);
  EXPECT_EQ(epsilon("mobilenet_v2"), 1e-5f);
  EXPECT_TRUE(keras_layers(build_model("mobilenet_v2", {})).empty());
}

}  // namespace
}  // namespace giemsa
