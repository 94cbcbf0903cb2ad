// Every registered network; a new one is taken up by itself.

#include "giemsa/models/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "core/error_matchers.h"
#include "giemsa/graph/cut.h"
#include "giemsa/graph/layer_table.h"
#include "models/networks.h"

namespace giemsa {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

class EveryNetwork : public ::testing::TestWithParam<ModelEntry> {};

TEST_P(EveryNetwork, BuildsAtEverySizeAndClassCount) {
  const ModelEntry& entry = GetParam();
  for (const std::int64_t input_px :
       {std::int64_t{entry.min_input_px}, std::int64_t{96}, std::int64_t{101}}) {
    for (const std::int64_t classes : {2, 8}) {
      const Graph graph =
          build_model(entry.name, {.classes = classes, .input_px = input_px, .drop_path = 0.1});
      EXPECT_EQ(graph.input_shape(), (Shape{3, input_px, input_px}));
      EXPECT_EQ(graph.output_shape(), (Shape{classes}));
      EXPECT_EQ(graph.output, static_cast<NodeId>(graph.nodes.size()) - 1);
      EXPECT_GT(graph.features, 0);
      EXPECT_LT(graph.features, graph.output);
    }
  }
}

TEST_P(EveryNetwork, CanBeCutWhereLittleIsKeptAndMuchLearns) {
  const ModelEntry& entry = GetParam();
  const Graph graph = build_model(entry.name, {.classes = 8, .input_px = std::max(96, entry.min_input_px)});
  const NodeId cut = smallest_cut(graph, 0.5);
  std::int64_t all = 0, behind = 0;
  for (const Param& param : graph.params) {
    all += param.size();
    if (param.node > cut) behind += param.size();
  }
  EXPECT_GE(2 * behind, all);
  EXPECT_LE(graph.nodes[static_cast<std::size_t>(cut)].shape.size(), graph.input_shape().size());
  for (std::size_t id = static_cast<std::size_t>(cut) + 1; id < graph.nodes.size(); ++id) {
    for (const NodeId input : graph.nodes[id].inputs) EXPECT_GE(input, cut) << graph.nodes[id].name;
  }
}

TEST_P(EveryNetwork, IsInOrderAndNamesEverythingOnce) {
  const Graph graph = GetParam().build({});
  std::set<std::string> nodes, keras, params;
  std::size_t owned = 0;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    EXPECT_TRUE(nodes.insert(node.name).second) << node.name;
    for (const KerasLayer& layer : node.keras_layers) {
      EXPECT_TRUE(keras.insert(layer.name).second) << layer.name;
    }
    for (const NodeId input : node.inputs) EXPECT_LT(input, static_cast<NodeId>(i)) << node.name;
    EXPECT_EQ(node.inputs.empty(), i == 0) << node.name;
    for (const int p : node.params) EXPECT_EQ(graph.params.at(p).node, static_cast<int>(i)) << node.name;
    owned += node.params.size();
  }
  EXPECT_EQ(owned, graph.params.size());
  for (const Param& param : graph.params) {
    EXPECT_TRUE(params.insert(param.name).second) << param.name;
    EXPECT_GT(param.size(), 0) << param.name;
  }
}

TEST_P(EveryNetwork, OnlyTheHeadKnowsTheClasses) {
  const Graph two = GetParam().build({.classes = 2}), eight = GetParam().build({.classes = 8});
  ASSERT_EQ(two.params.size(), eight.params.size());
  int differing = 0;
  for (std::size_t i = 0; i < two.params.size(); ++i) {
    if (two.params[i].shape == eight.params[i].shape) continue;
    EXPECT_TRUE(two.in_head(two.params[i].name)) << two.params[i].name;
    ++differing;
  }
  EXPECT_EQ(differing, 2) << "weight and bias of the last layer";
  EXPECT_FALSE(two.in_head(two.nodes[two.features].name));
  EXPECT_TRUE(two.in_head(two.nodes[two.output].name));
}

TEST_P(EveryNetwork, RatesMakeNodesAndNothingElse) {
  const Graph plain = GetParam().build({.dropout = 0, .drop_path = 0});
  const Graph regular = GetParam().build({.dropout = 0.3, .drop_path = 0.2});
  ASSERT_EQ(plain.params.size(), regular.params.size());
  for (std::size_t i = 0; i < plain.params.size(); ++i)
    EXPECT_EQ(plain.params[i].name, regular.params[i].name);
  std::vector<float> dropout, drop_path;
  for (const Node& node : regular.nodes) {
    if (const auto* op = std::get_if<DropoutOp>(&node.op)) dropout.push_back(op->rate);
    if (const auto* op = std::get_if<DropPathOp>(&node.op)) drop_path.push_back(op->rate);
  }
  for (const Node& node : plain.nodes) {
    EXPECT_FALSE(std::holds_alternative<DropoutOp>(node.op) || std::holds_alternative<DropPathOp>(node.op));
  }
  // torchvision's VGG has two dense layers before its last.
  const std::string_view name = GetParam().name;
  const bool two = name.starts_with("vgg") && !name.ends_with("_keras");
  EXPECT_EQ(dropout, std::vector<float>(two ? 2 : 1, 0.3f));
  EXPECT_EQ(plain.nodes.size() + dropout.size() + drop_path.size(), regular.nodes.size());
  EXPECT_TRUE(std::is_sorted(drop_path.begin(), drop_path.end()));
  if (!drop_path.empty()) {
    // EfficientNet gives block i of N the share i / N, so that none has the full rate.
    const bool full = !name.starts_with("efficientnet");
    EXPECT_LE(drop_path.back(), 0.2f);
    EXPECT_GT(drop_path.back(), full ? 0.2f * 0.9999f : 0.2f * 0.85f);
  }
}

TEST(Registry, EfficientNetsStochasticDepthIsThePublishedOne) {
  // torchvision: rate · i / N for block i of N; B0 has 16 blocks, nine of them with a residual.
  std::vector<float> rates;
  for (const Node& node : build_model("efficientnet_b0", {.drop_path = 0.2}).nodes) {
    if (const auto* op = std::get_if<DropPathOp>(&node.op)) rates.push_back(op->rate);
  }
  std::vector<float> expected;
  for (const int i : {2, 4, 6, 7, 9, 10, 12, 13, 14}) expected.push_back(0.2f * static_cast<float>(i) / 16);
  EXPECT_THAT(rates, ::testing::Pointwise(::testing::FloatEq(), expected));
}

TEST_P(EveryNetwork, SaysWhatItIsAndHowToNormalise) {
  const ModelEntry& entry = GetParam();
  EXPECT_FALSE(entry.description.empty());
  for (int c = 0; c < 3; ++c) {
    EXPECT_GE(entry.pixels.mean[c], 0.f);
    EXPECT_LT(entry.pixels.mean[c], 0.6f);
    EXPECT_GE(entry.pixels.std[c], 1.f / 255);
    EXPECT_LE(entry.pixels.std[c], 0.5f);
  }
  EXPECT_EQ(&find_model(entry.name),
            &*std::find_if(model_registry().begin(), model_registry().end(),
                           [&](const ModelEntry& e) { return e.name == entry.name; }));
}

TEST_P(EveryNetwork, RefusesInputsBelowItsSmallest) {
  const std::int64_t too_small = GetParam().min_input_px - 1;
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { build_model(GetParam().name, {.input_px = too_small}); }),
              HasSubstr("; got " + std::to_string(too_small) + " px"));
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryNetwork, testing::every_network(), testing::name_of);

TEST(Registry, TheCountsArePublished) {
  // 1000 classes; torchvision 0.14.1 counts so (no running statistics). XLarge: Keras counts 348,147,968
  // without its last layer.
  const struct {
    const char* name;
    std::int64_t trainable;
  } kCases[] = {
      {"vgg16", 138'357'544},
      {"vgg16_bn", 138'365'992},
      {"vgg16_keras", 14'714'688 + 512 * 1000 + 1000},
      {"vgg19", 143'667'240},
      {"vgg19_bn", 143'678'248},
      {"vgg19_keras", 20'024'384 + 512 * 1000 + 1000},
      {"resnet18", 11'689'512},
      {"resnet34", 21'797'672},
      {"resnet50", 25'557'032},
      {"resnet50_keras", 25'583'592},
      {"resnet101", 44'549'160},
      {"resnet101_keras", 44'601'832},
      {"resnet152", 60'192'808},
      {"resnet152_keras", 60'268'520},
      {"densenet121", 7'978'856},
      {"densenet121_keras", 7'978'856},
      {"inception_v3", 23'834'568},
      {"inception_v3_keras", 23'817'352},
      {"mobilenet_v2", 3'504'872},
      {"mobilenet_v2_keras", 3'504'872},
      {"mobilenet_v1_keras", 4'231'976},
      {"mobilenet_v3_small", 2'542'856},
      {"mobilenet_v3_small_keras", 2'542'856},
      {"mobilenet_v3_large", 5'483'032},
      {"mobilenet_v3_large_keras", 5'483'032},
      {"squeezenet1_0", 1'248'424},
      {"squeezenet1_1", 1'235'496},
      {"xception_keras", 22'855'952},
      {"efficientnet_b0", 5'288'548},
      {"efficientnet_b0_keras", 5'288'548},
      {"efficientnet_b0_keras_imagenet", 5'288'548},
      {"efficientnet_b1", 7'794'184},
      {"efficientnet_b1_keras", 7'794'184},
      {"efficientnet_b2", 9'109'994},
      {"efficientnet_b2_keras", 9'109'994},
      {"efficientnet_b3", 12'233'232},
      {"efficientnet_b3_keras", 12'233'232},
      {"efficientnet_b4", 19'341'616},
      {"efficientnet_b4_keras", 19'341'616},
      {"efficientnet_v2_s", 21'458'488},
      {"efficientnet_v2_s_keras", 21'458'488},
      {"convnext_tiny", 28'589'128},
      {"convnext_small", 50'223'688},
      {"convnext_base", 88'591'464},
      {"convnext_large", 197'767'336},
      {"convnext_xlarge", 348'147'968 + 2048 * 1000 + 1000},
      {"convnext_tiny_keras", 28'589'128},
      {"convnext_small_keras", 50'223'688},
  };
  for (const auto& [name, trainable] : kCases) {
    const LayerTable table = layer_table(build_model(name, {.classes = 1000, .input_px = 224}));
    EXPECT_EQ(table.trainable, trainable) << name;
  }
}

TEST(Registry, KerasCountsArePublished) {
  // Of model.summary() with 1000 classes: running statistics and Normalization's counter are in it.
  const struct {
    const char* name;
    std::int64_t params;
    std::size_t layers;  ///< with the three of the top
  } kCases[] = {
      {"efficientnet_b0_keras", 5'330'571, 240},    {"efficientnet_b0_keras_imagenet", 5'330'571, 241},
      {"efficientnet_b1_keras", 7'856'239, 342},    {"efficientnet_b1_keras_imagenet", 7'856'239, 343},
      {"efficientnet_b2_keras", 9'177'569, 342},    {"efficientnet_b3_keras", 12'320'535, 387},
      {"efficientnet_b4_keras", 19'466'823, 477},   {"efficientnet_b4_keras_imagenet", 19'466'823, 478},
      {"efficientnet_v2_s_keras", 21'612'360, 516},
  };
  for (const auto& [name, params, layers] : kCases) {
    const LayerTable table = layer_table(build_model(name, {.classes = 1000, .input_px = 224}));
    EXPECT_EQ(table.params, params) << name;
    EXPECT_EQ(table.rows.size(), layers) << name;
  }
}

/// The parameters of a ConvNeXt of 1000 classes, summed up by hand.
std::int64_t convnext_count(const std::array<int, 4>& depths, std::int64_t width) {
  std::int64_t count = (3 * 4 * 4 + 1) * width + 2 * width;  // stem
  for (int s = 0; s < 4; ++s) {
    const std::int64_t c = width << s;
    if (s > 0) count += 2 * (c / 2) + (4 * (c / 2) + 1) * c;                              // downsampling
    count += depths[s] * ((49 + 1) * c + 2 * c + (c + 1) * 4 * c + (4 * c + 1) * c + c);  // blocks
  }
  return count + 2 * 8 * width + (8 * width + 1) * 1000;  // head
}

TEST(Registry, SmallConvNextsCountAsTheirTable) {
  // timm's table in millions: 3.70, 5.22, 9.05, 15.59; the formula is checked against ConvNeXt-T.
  ASSERT_EQ(convnext_count({3, 3, 9, 3}, 96), 28'589'128);
  const struct {
    const char* name;
    std::array<int, 4> depths;
    std::int64_t width;
    double millions;
  } kCases[] = {
      {"convnext_atto", {2, 2, 6, 2}, 40, 3.70},
      {"convnext_femto", {2, 2, 6, 2}, 48, 5.22},
      {"convnext_pico", {2, 2, 6, 2}, 64, 9.05},
      {"convnext_nano", {2, 2, 8, 2}, 80, 15.59},
  };
  for (const auto& [name, depths, width, millions] : kCases) {
    const std::int64_t params = layer_table(build_model(name, {.classes = 1000, .input_px = 224})).params;
    EXPECT_EQ(params, convnext_count(depths, width)) << name;
    EXPECT_NEAR(static_cast<double>(params) / 1e6, millions, 0.005) << name;
  }
}

TEST(Registry, MultiplyAddsArePublished) {
  // Published per picture of 224 px: ResNet 1.8, 3.6, 3.8, 7.6, 11.3 G (its paper, table 1; its strides are
  // those of Keras); MobileNetV2 300 M (its paper, table 4); ConvNeXt 4.5, 8.7, 15.4, 34.4 G (its paper,
  // table 1).
  const struct {
    const char* name;
    double giga, tolerance;
  } kCases[] = {
      {"resnet18", 1.8, 0.1},         {"resnet34", 3.6, 0.1},         {"resnet50_keras", 3.8, 0.1},
      {"resnet101_keras", 7.6, 0.1},  {"resnet152_keras", 11.3, 0.1}, {"mobilenet_v2", 0.300, 0.001},
      {"convnext_tiny", 4.5, 0.05},   {"convnext_small", 8.7, 0.05},  {"convnext_base", 15.4, 0.05},
      {"convnext_large", 34.4, 0.05},
  };
  for (const auto& [name, giga, tolerance] : kCases) {
    const LayerTable table = layer_table(build_model(name, {.classes = 1000, .input_px = 224}));
    EXPECT_NEAR(static_cast<double>(table.multiply_adds) / 1e9, giga, tolerance) << name;
  }
}

TEST(Registry, UnknownNamesGetTheNearest) {
  const struct {
    const char *name, *hint;
  } kCases[] = {
      {"convnext-tiny", "did you mean 'convnext_tiny'?"},
      {"MobileNet_V2", "did you mean 'mobilenet_v2'?"},
      {"mobilenetv2", "did you mean 'mobilenet_v2'?"},
      {"resnext101_64x4d", "one of: baseline_cnn, baseline_cnn3, vgg16, "},
      {"", "one of: baseline_cnn, "},
  };
  for (const auto& [name, hint] : kCases) {
    const std::string what = error_of(ErrorKind::Usage, [&, n = name] { find_model(n); });
    EXPECT_THAT(what, HasSubstr("[models] there is no network '" + std::string(name) + "'"));
    EXPECT_THAT(what, HasSubstr(hint)) << name;
  }
}

TEST(Registry, BadOptionsAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    ModelOptions options;
    const char* message;
  } kCases[] = {
      {{.classes = 1}, "1 classes given; at least 2"},
      {{.classes = -8}, "-8 classes given"},
      {{.input_px = 0}, "mobilenet_v2 takes inputs of 32 to 4096 px; got 0 px"},
      {{.input_px = -96}, "got -96 px"},
      {{.input_px = 4097}, "got 4097 px"},
      {{.dropout = -0.1}, "dropout must lie in [0, 1); got -0.1"},
      {{.dropout = 1}, "dropout must lie in [0, 1); got 1"},
      {{.dropout = nan}, "dropout must lie in [0, 1); got nan"},
      {{.drop_path = 1.5}, "drop_path must lie in [0, 1); got 1.5"},
  };
  for (const auto& [options, message] : kCases) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&, o = options] { build_model("mobilenet_v2", o); }),
                HasSubstr(message));
  }
}

}  // namespace
}  // namespace giemsa
