#include "giemsa/graph/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error_matchers.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;

constexpr Padding kNone{};

TEST(Builder, InfersTheShapesOfConvolutions) {
  const struct {
    Shape input;
    std::int64_t out_channels;
    ConvOptions options;
    Shape output;
  } kCases[] = {
      // Padding left out: (k - 1) / 2 on every side.
      {{3, 96, 96}, 16, {.kernel = 1}, {16, 96, 96}},
      {{3, 96, 96}, 16, {.kernel = 3}, {16, 96, 96}},
      {{3, 96, 96}, 16, {.kernel = 3, .stride = 2}, {16, 48, 48}},
      {{3, 101, 101}, 16, {.kernel = 3, .stride = 2}, {16, 51, 51}},
      {{3, 96, 96}, 16, {.kernel = 7, .stride = 2}, {16, 48, 48}},
      {{3, 96, 96}, 16, {.kernel = {1, 7}}, {16, 96, 96}},
      {{3, 97, 96}, 16, {.kernel = 3, .stride = {2, 1}}, {16, 49, 96}},
      {{3, 96, 96}, 16, {.kernel = 2}, {16, 95, 95}},
      // No padding.
      {{3, 96, 96}, 96, {.kernel = 4, .stride = 4, .padding = kNone}, {96, 24, 24}},
      {{3, 101, 99}, 96, {.kernel = 4, .stride = 4, .padding = kNone}, {96, 25, 24}},
      {{3, 5, 5}, 8, {.kernel = 5, .padding = kNone}, {8, 1, 1}},
      {{3, 6, 6}, 8, {.kernel = 3, .stride = 2, .padding = kNone}, {8, 2, 2}},
      // Different padding on each side: top, left, bottom, right.
      {{3, 96, 96}, 8, {.kernel = 3, .stride = 2, .padding = Padding{0, 0, 1, 1}}, {8, 48, 48}},
      {{3, 95, 96}, 8, {.kernel = 3, .stride = 2, .padding = Padding{1, 0, 1, 1}}, {8, 48, 48}},
      {{3, 10, 10}, 8, {.kernel = 3, .padding = Padding{2, 0, 1, 0}}, {8, 11, 8}},
      {{3, 10, 10}, 8, {.kernel = 3, .padding = Padding::all(2)}, {8, 12, 12}},
      // The kernel may be larger than the picture when padding makes room.
      {{3, 1, 1}, 8, {.kernel = 7}, {8, 1, 1}},
      // Groups do not change the map.
      {{8, 12, 12}, 8, {.kernel = 3, .stride = 2, .groups = 8}, {8, 6, 6}},
  };
  for (const auto& [input, out_channels, options, output] : kCases) {
    GraphBuilder g(input);
    const Value y = g.conv("conv", g.input(), out_channels, options);
    EXPECT_EQ(y.shape(), output) << to_string(input) << " → " << to_string(y.shape()) << ", expected "
                                 << to_string(output);
  }
}

TEST(Builder, InfersTheShapesOfPooling) {
  const struct {
    Shape input;
    MaxPoolOptions options;
    Shape output;
  } kCases[] = {
      {{4, 96, 96}, {}, {4, 48, 48}},
      {{4, 101, 7}, {}, {4, 50, 3}},
      {{4, 96, 96}, {.kernel = 3, .stride = 2, .padding = Padding::all(1)}, {4, 48, 48}},
      {{4, 45, 45}, {.kernel = 3, .stride = 2, .padding = Padding{1, 1, 1, 1}}, {4, 23, 23}},
      {{4, 46, 46}, {.kernel = 3, .stride = 2, .padding = Padding{0, 0, 1, 1}}, {4, 23, 23}},
      {{4, 8, 8}, {.kernel = {2, 4}, .stride = {2, 3}}, {4, 4, 2}},
      {{4, 3, 3}, {.kernel = 3, .stride = 1}, {4, 1, 1}},
  };
  for (const auto& [input, options, output] : kCases) {
    GraphBuilder g(input);
    EXPECT_EQ(g.max_pool("pool", g.input(), options).shape(), output) << to_string(input);
  }
}

TEST(Builder, InfersTheShapesOfAveraging) {
  const struct {
    Shape input;
    AvgPoolOptions options;
    Shape output;
  } kCases[] = {
      {{4, 96, 96}, {}, {4, 48, 48}},
      {{4, 101, 7}, {}, {4, 50, 3}},
      {{4, 35, 35}, {.kernel = 3, .stride = 1, .padding = Padding::all(1)}, {4, 35, 35}},
      {{4, 9, 8}, {.kernel = {5, 2}, .stride = {2, 3}, .padding = Padding{2, 0, 2, 0}}, {4, 5, 3}},
      {{4, 3, 3}, {.kernel = 3, .stride = 1}, {4, 1, 1}},
  };
  for (const auto& [input, options, output] : kCases) {
    GraphBuilder g(input);
    EXPECT_EQ(g.avg_pool("pool", g.input(), options).shape(), output) << to_string(input);
  }
}

TEST(Builder, InfersTheOtherShapes) {
  GraphBuilder g({6, 4, 5});
  const Value x = g.input();
  EXPECT_EQ(g.linear("linear", x, 9).shape(), (Shape{9, 4, 5}));
  EXPECT_EQ(g.batch_norm("bn", x).shape(), x.shape());
  EXPECT_EQ(g.layer_norm("ln", x).shape(), x.shape());
  EXPECT_EQ(g.layer_scale("gamma", x, 0.5f).shape(), x.shape());
  EXPECT_EQ(g.activation("relu", x, Activation::Relu).shape(), x.shape());
  EXPECT_EQ(g.add("add", x, x).shape(), x.shape());
  EXPECT_EQ(g.leaky_relu("leaky", x, 0.3f).shape(), x.shape());
  EXPECT_EQ(g.global_avg_pool("gap", x).shape(), (Shape{6}));
  EXPECT_EQ(g.adaptive_avg_pool("grid", x, 7, 2).shape(), (Shape{6, 7, 2}));
  EXPECT_EQ(g.mul("gated", x, g.global_avg_pool("gates", x)).shape(), x.shape());
  EXPECT_EQ(g.mul("product", x, x).shape(), x.shape());
  EXPECT_EQ(g.concat("one", {x}).shape(), x.shape());
  EXPECT_EQ(g.concat("three", {x, g.conv("conv", x, 9, {}), x}).shape(), (Shape{21, 4, 5}));
  EXPECT_EQ(g.normalization("norm", x).shape(), x.shape());
  EXPECT_EQ(g.flatten("flat", x).shape(), (Shape{120}));
  EXPECT_EQ(g.dropout("drop", x, 0.5).shape(), x.shape());
  EXPECT_EQ(g.drop_path("path", x, 0.5).shape(), x.shape());
  GraphBuilder picture({3, 8, 9});
  EXPECT_EQ(picture.rescale("rescale", picture.input(), {1, 2, 3}, {}).shape(), (Shape{3, 8, 9}));
}

TEST(Builder, KeepsWhatAnOperationIsToldOf) {
  GraphBuilder g({3, 8, 8});
  Value x = g.rescale("rescale", g.input(), {1, 2, 3}, {4, 5, 6});
  x = g.leaky_relu("leaky", x, 0.3f);
  x = g.avg_pool("avg", x, {.padding = Padding::all(1), .counts_padding = false});
  x = g.adaptive_avg_pool("grid", x, 3, 2);
  x = g.batch_norm("bn", x, {.epsilon = 1e-3f, .momentum = 0.01f, .scales = false});
  const Value both = g.concat("join", {x, g.mul("mul", x, g.global_avg_pool("gates", x))});
  const Graph graph = g.finish(both, g.global_avg_pool("pool", both), "pool");
  const auto& rescale = std::get<RescaleOp>(graph.nodes[1].op);
  EXPECT_THAT(rescale.scale, ElementsAre(1, 2, 3));
  EXPECT_THAT(rescale.shift, ElementsAre(4, 5, 6));
  EXPECT_EQ(std::get<ActivationOp>(graph.nodes[2].op).kind, Activation::LeakyRelu);
  EXPECT_EQ(std::get<ActivationOp>(graph.nodes[2].op).slope, 0.3f);
  EXPECT_EQ(std::get<AvgPoolOp>(graph.nodes[3].op).padding, Padding::all(1));
  EXPECT_FALSE(std::get<AvgPoolOp>(graph.nodes[3].op).counts_padding);
  EXPECT_EQ(std::get<AdaptiveAvgPoolOp>(graph.nodes[4].op).height, 3);
  EXPECT_EQ(std::get<AdaptiveAvgPoolOp>(graph.nodes[4].op).width, 2);
  EXPECT_FALSE(std::get<BatchNormOp>(graph.nodes[5].op).scales);
  EXPECT_THAT(graph.nodes[7].inputs, ElementsAre(5, 6)) << "map, gates";
  EXPECT_THAT(graph.nodes[8].inputs, ElementsAre(5, 7)) << "in the order of the channels";
}

TEST(Builder, GivesEachOperationItsParameters) {
  GraphBuilder g({4, 8, 8});
  Value x = g.conv("conv", g.input(), 6, {.kernel = {3, 5}, .stride = 2, .groups = 2, .bias = true});
  x = g.batch_norm("bn", x);
  x = g.layer_norm("ln", x);
  x = g.layer_scale("gamma", x, 1e-6f);
  const Value features = x;
  x = g.global_avg_pool("pool", x);
  x = g.linear("fc", x, 3, {.bias = false});
  const Graph graph = g.finish(features, g.linear("out", x, 2), "out");

  const struct {
    const char* name;
    std::vector<std::int64_t> shape;
    ParamKind kind;
    Init::Kind init;
    double init_value;
  } kExpected[] = {
      // He: sqrt(2 / (6 · 3 · 5 / 2))
      {"conv.weight", {6, 2, 3, 5}, ParamKind::Weight, Init::Kind::Normal, std::sqrt(2.0 / 45)},
      {"conv.bias", {6}, ParamKind::Bias, Init::Kind::Constant, 0},
      {"bn.weight", {6}, ParamKind::NormScale, Init::Kind::Constant, 1},
      {"bn.bias", {6}, ParamKind::NormShift, Init::Kind::Constant, 0},
      {"bn.running_mean", {6}, ParamKind::RunningMean, Init::Kind::Constant, 0},
      {"bn.running_var", {6}, ParamKind::RunningVar, Init::Kind::Constant, 1},
      {"ln.weight", {6}, ParamKind::NormScale, Init::Kind::Constant, 1},
      {"ln.bias", {6}, ParamKind::NormShift, Init::Kind::Constant, 0},
      {"gamma", {6}, ParamKind::LayerScale, Init::Kind::Constant, 1e-6},
      {"fc.weight", {3, 6}, ParamKind::Weight, Init::Kind::Normal, 0.01},
      {"out.weight", {2, 3}, ParamKind::Weight, Init::Kind::Normal, 0.01},
      {"out.bias", {2}, ParamKind::Bias, Init::Kind::Constant, 0},
  };
  ASSERT_EQ(graph.params.size(), std::size(kExpected));
  for (std::size_t i = 0; i < graph.params.size(); ++i) {
    const Param& param = graph.params[i];
    const auto& [name, shape, kind, init, init_value] = kExpected[i];
    EXPECT_EQ(param.name, name);
    EXPECT_EQ(param.shape, shape) << name;
    EXPECT_EQ(param.kind, kind) << name;
    EXPECT_EQ(param.init.kind, init) << name;
    EXPECT_FLOAT_EQ(param.init.value, static_cast<float>(init_value)) << name;
    EXPECT_THAT(graph.nodes[param.node].params, ::testing::Contains(static_cast<int>(i))) << name;
  }
  EXPECT_THAT(graph.nodes[2].params, ElementsAre(2, 3, 4, 5)) << "batch norm, in the order of ops.h";
}

TEST(Builder, NormsMayLackAWeight) {
  GraphBuilder g({3, 8, 8});
  Value x = g.normalization("norm", g.input());
  x = g.batch_norm("bn", x, {.scales = false});
  const Graph graph = g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2, {.l2 = 0.5f}), "fc");
  const struct {
    const char* name;
    ParamKind kind;
    float init, l2;
  } kExpected[] = {
      {"norm.mean", ParamKind::RunningMean, 0, 0},
      {"norm.variance", ParamKind::RunningVar, 1, 0},
      {"bn.bias", ParamKind::NormShift, 0, 0},
      {"bn.running_mean", ParamKind::RunningMean, 0, 0},
      {"bn.running_var", ParamKind::RunningVar, 1, 0},
      {"fc.weight", ParamKind::Weight, 0.01f, 0.5f},
      {"fc.bias", ParamKind::Bias, 0, 0},
  };
  ASSERT_EQ(graph.params.size(), std::size(kExpected));
  for (std::size_t i = 0; i < graph.params.size(); ++i) {
    const auto& [name, kind, init, l2] = kExpected[i];
    EXPECT_EQ(graph.params[i].name, name);
    EXPECT_EQ(graph.params[i].kind, kind) << name;
    EXPECT_EQ(graph.params[i].init.value, init) << name;
    EXPECT_EQ(graph.params[i].l2, l2) << name;
  }
}

TEST(Builder, OnlyStatisticsAreNotTrainedAndOnlyWeightsDecay) {
  const struct {
    ParamKind kind;
    bool statistic, decay;
  } kCases[] = {
      {ParamKind::Weight, false, true},      {ParamKind::Bias, false, false},
      {ParamKind::NormScale, false, false},  {ParamKind::NormShift, false, false},
      {ParamKind::LayerScale, false, false}, {ParamKind::RunningMean, true, false},
      {ParamKind::RunningVar, true, false},
  };
  for (const auto& [kind, statistic, decay] : kCases) {
    EXPECT_EQ(is_statistic(kind), statistic);
    EXPECT_EQ(decays(kind), decay);
  }
}

TEST(Builder, NamesFollowTheScopes) {
  GraphBuilder g({3, 8, 8}, Flavour::Keras);
  Value x = g.input();
  {
    auto stages = g.scope("stages");
    for (int i = 0; i < 2; ++i) {
      auto number = g.scope(i);
      x = g.conv({"conv", "keras_" + std::to_string(i)}, x, 3, {});
    }
    x = g.activation("act", x, Activation::Relu);
  }
  const Graph graph = g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2), "fc");
  std::vector<std::string> names, keras;
  for (const Node& node : graph.nodes) {
    names.push_back(node.name);
    keras.push_back(node.keras_name);
  }
  EXPECT_THAT(names, ElementsAre("input", "stages.0.conv", "stages.1.conv", "stages.act", "pool", "fc"));
  EXPECT_THAT(keras, ElementsAre("", "keras_0", "keras_1", "", "", ""));
  EXPECT_EQ(graph.params[0].name, "stages.0.conv.weight");
  EXPECT_THAT(graph.nodes[2].inputs, ElementsAre(1));
  EXPECT_EQ(graph.flavour, Flavour::Keras);
  EXPECT_EQ(graph.features, 3);
  EXPECT_EQ(graph.output, 5);
  EXPECT_EQ(graph.input_shape(), (Shape{3, 8, 8}));
  EXPECT_EQ(graph.output_shape(), (Shape{2}));
}

TEST(Builder, ARateOfZeroMakesNoNode) {
  GraphBuilder g({3, 8, 8});
  EXPECT_EQ(g.dropout("drop", g.input(), 0).node(), 0);
  EXPECT_EQ(g.drop_path("path", g.input(), 0).node(), 0);
  EXPECT_EQ(g.dropout("drop", g.input(), 0.1).node(), 1);
}

TEST(Builder, SaysAtWhichLayerNothingIsLeftOfThePicture) {
  GraphBuilder g({3, 6, 6});
  auto stem = g.scope("stem");
  const Value x = g.max_pool("pool", g.conv("conv", g.input(), 8, {.kernel = 3, .padding = kNone}));  // 2 × 2
  const std::string what =
      error_of(ErrorKind::Model, [&] { g.conv("second", x, 8, {.kernel = 3, .padding = kNone}); });
  EXPECT_THAT(what, HasSubstr("[graph] nothing is left of the picture at layer 'stem.second' (Conv)"));
  EXPECT_THAT(what, HasSubstr("3×6×6"));
  EXPECT_THAT(what, HasSubstr("Hint: a larger input_px"));
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { g.max_pool("third", x, {.kernel = 3, .stride = 2}); }),
              HasSubstr("'stem.third' (MaxPool)"));
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { g.avg_pool("fourth", x, {.kernel = 8}); }),
              HasSubstr("'stem.fourth' (AvgPool)"));
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { g.adaptive_avg_pool("fifth", x, 0, 7); }),
              HasSubstr("'stem.fifth' (AdaptiveAvgPool)"));
  // One side too small is enough.
  EXPECT_THAT(error_of(ErrorKind::Model,
                       [&] {
                         g.conv("wide", x, 8, {.kernel = {1, 3}, .padding = kNone});
                       }),
              HasSubstr("'stem.wide'"));
}

TEST(Builder, FaultsOfTheProgrammerNameTheLayer) {
  const auto fault = [](auto work) { return error_of(ErrorKind::Internal, work); };
  GraphBuilder g({4, 8, 8});
  const Value x = g.input();
  EXPECT_THAT(fault([&] { g.conv("grouped", x, 6, {.groups = 4}); }),
              HasSubstr("'grouped': 4 groups do not divide 4 → 6 channels"));
  EXPECT_THAT(fault([&] { g.conv("grouped", x, 6, {.groups = 3}); }),
              HasSubstr("3 groups do not divide 4 → 6"));
  EXPECT_THAT(fault([&] { g.add("sum", x, g.max_pool("pool", x)); }), HasSubstr("'sum' adds 4×4×4 to 4×8×8"));
  EXPECT_THAT(fault([&] { g.mul("gated", x, g.max_pool("half", x)); }),
              HasSubstr("'gated' multiplies 4×8×8 by 4×4×4"));
  EXPECT_THAT(fault([&] { g.mul("gated", x, g.global_avg_pool("mean", g.conv("wide", x, 5, {}))); }),
              HasSubstr("'gated' multiplies 4×8×8 by 5"));
  EXPECT_THAT(fault([&] {
                g.concat("join", {x, g.max_pool("small", x)});
              }),
              HasSubstr("'join' joins 4×4×4 to 4×8×8"));
  EXPECT_THAT(fault([&] { g.rescale("bytes", x, {1, 1, 1}, {}); }), HasSubstr("'bytes' rescales 4×8×8"));
  EXPECT_THAT(fault([&] {
                g.avg_pool("mean", x, {.padding = Padding{0, 0, 1, 1}});
              }),
              HasSubstr("'mean' averages with uneven padding"));
  EXPECT_THAT(fault([] {
                GraphBuilder h({4, 8, 8});
                h.finish(h.input(), h.input(), "head");
              }),
              HasSubstr("the logits are a map of 4×8×8"));
  EXPECT_THAT(fault([] {
                GraphBuilder h({4, 8, 8});
                const Value y =
                    h.activation("act", h.activation("act", h.input(), Activation::Relu), Activation::Relu);
                h.finish(y, h.global_avg_pool("pool", y), "head");
              }),
              HasSubstr("two layers are named 'act'"));
}

TEST(Graph, TheHeadIsWhatStandsBelowItsName) {
  Graph graph;
  graph.head_scope = "head";
  for (const char* name : {"head", "head.fc", "head.fc.weight"}) EXPECT_TRUE(graph.in_head(name)) << name;
  for (const char* name : {"", "hea", "header.fc", "stages.head", "overhead.fc"}) {
    EXPECT_FALSE(graph.in_head(name)) << name;
  }
}

}  // namespace
}  // namespace giemsa
