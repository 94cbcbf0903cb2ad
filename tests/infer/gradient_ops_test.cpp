// The way back through each operation, against central differences in double precision.

#include <gtest/gtest.h>

#include "giemsa/graph/builder.h"
#include "giemsa/infer/gradient_executor.h"
#include "infer/random_network.h"
#include "infer/reference_executor.h"

namespace giemsa {
namespace {

constexpr double kTolerance = 2e-5;

struct GradientCase {
  const char* name;
  Shape input;
  Value (*build)(GraphBuilder&, Value);
};

Value conv(GraphBuilder& g, const char* name, Value x, std::int64_t out, Extent kernel = 3) {
  return g.conv(name, x, out, {.kernel = kernel, .bias = true});
}

/// Far enough from 0 to reach where functions are clipped.
Value eightfold(GraphBuilder& g, Value x) {
  for (const char* name : {"double", "again", "and_again"}) x = g.add(name, x, x);
  return x;
}

Value gates(GraphBuilder& g, Value x) {
  return g.activation("gate", g.linear("fc", g.global_avg_pool("mean", x), x.channels()),
                      Activation::Sigmoid);
}

template <Activation Kind>
Value alone(GraphBuilder& g, Value x) {
  return g.activation("a", eightfold(g, x), Kind);
}

template <Activation Kind>
Value fused(GraphBuilder& g, Value x) {
  return g.activation("a", g.batch_norm("b", conv(g, "c", eightfold(g, x), 9)), Kind);
}

const GradientCase kCases[] = {
    {"Conv3x3", {3, 7, 5}, [](GraphBuilder& g, Value x) { return conv(g, "c", x, 5); }},
    {"Conv1x1", {19, 5, 3}, [](GraphBuilder& g, Value x) { return conv(g, "c", x, 33, 1); }},
    {"ConvKernelWide",
     {6, 8, 9},
     [](GraphBuilder& g, Value x) {
       return g.conv("c", x, 6, {.kernel = {1, 7}, .stride = {1, 2}, .bias = true});
     }},
    {"ConvStride2PaddedAfter",
     {3, 8, 10},
     [](GraphBuilder& g, Value x) {
       return g.conv("c", x, 9, {.kernel = 3, .stride = 2, .padding = Padding{0, 0, 1, 1}});
     }},
    {"ConvPaddingAllDifferent",
     {5, 7, 6},
     [](GraphBuilder& g, Value x) {
       return g.conv("c", x, 4, {.kernel = {4, 3}, .stride = {2, 1}, .padding = Padding{0, 1, 3, 2}});
     }},
    {"ConvStrideLeavesARest",
     {3, 10, 11},
     [](GraphBuilder& g, Value x) {
       return g.conv("c", x, 8, {.kernel = 4, .stride = 4, .padding = Padding{}});
     }},
    {"Conv1x1Stride2",
     {8, 7, 6},
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 8, {.kernel = 1, .stride = 2}); }},
    {"ConvTwoGroups",
     {6, 7, 5},
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 10, {.kernel = 3, .groups = 2, .bias = true}); }},
    {"ConvGroupsOfFour",
     {32, 6, 6},
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 32, {.kernel = 3, .groups = 8}); }},
    {"Depthwise3x3",
     {24, 9, 7},
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 24, {.kernel = 3, .groups = 24, .bias = true}); }},
    {"Depthwise3x3Stride2PaddedAfter",
     {20, 8, 8},
     [](GraphBuilder& g, Value x) {
       return g.conv("c", x, 20, {.kernel = 3, .stride = 2, .padding = Padding{0, 0, 1, 1}, .groups = 20});
     }},
    {"Depthwise7x7OnASmallerMap",
     {40, 3, 2},
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 40, {.kernel = 7, .groups = 40}); }},
    {"DepthwiseTwoPerChannel",
     {9, 6, 5},
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 18, {.kernel = 3, .groups = 9}); }},
    {"LinearOnMap", {11, 3, 5}, [](GraphBuilder& g, Value x) { return g.linear("l", x, 21); }},
    {"LinearOnVector", {301, 1, 1}, [](GraphBuilder& g, Value x) { return g.linear("l", x, 7); }},
    {"BatchNormAlone", {13, 4, 3}, [](GraphBuilder& g, Value x) { return g.batch_norm("b", x); }},
    {"BatchNormWithoutScaleAlone",
     {13, 4, 3},
     [](GraphBuilder& g, Value x) { return g.batch_norm("b", x, {.epsilon = 1e-3f, .scales = false}); }},
    {"BatchNormAndLayerScaleInAConv",
     {5, 4, 3},
     [](GraphBuilder& g, Value x) { return g.layer_scale("s", g.batch_norm("b", conv(g, "c", x, 7)), 1); }},
    {"LayerNormOnMap", {37, 3, 4}, [](GraphBuilder& g, Value x) { return g.layer_norm("n", x); }},
    {"LayerNormOnVector", {100, 1, 1}, [](GraphBuilder& g, Value x) { return g.layer_norm("n", x); }},
    {"LayerScaleAlone", {13, 4, 3}, [](GraphBuilder& g, Value x) { return g.layer_scale("s", x, 1); }},
    {"Relu", {5, 6, 5}, alone<Activation::Relu>},
    {"Relu6", {5, 6, 5}, alone<Activation::Relu6>},
    {"Gelu", {5, 6, 5}, alone<Activation::Gelu>},
    {"Silu", {5, 6, 5}, alone<Activation::Silu>},
    {"HardSwish", {5, 6, 5}, alone<Activation::HardSwish>},
    {"HardSigmoid", {5, 6, 5}, alone<Activation::HardSigmoid>},
    {"Sigmoid", {5, 6, 5}, alone<Activation::Sigmoid>},
    {"LeakyRelu", {5, 6, 5}, [](GraphBuilder& g, Value x) { return g.leaky_relu("a", x, 0.3f); }},
    {"LeakyReluOfSlope0", {5, 6, 5}, [](GraphBuilder& g, Value x) { return g.leaky_relu("a", x, 0); }},
    {"ReluInAConv", {5, 6, 5}, fused<Activation::Relu>},
    {"Relu6InAConv", {5, 6, 5}, fused<Activation::Relu6>},
    {"GeluBehindAConv", {5, 6, 5}, fused<Activation::Gelu>},
    {"SiluBehindAConv", {5, 6, 5}, fused<Activation::Silu>},
    {"HardSwishBehindAConv", {5, 6, 5}, fused<Activation::HardSwish>},
    {"HardSigmoidInAConv", {5, 6, 5}, fused<Activation::HardSigmoid>},
    {"SigmoidInAConv", {5, 6, 5}, fused<Activation::Sigmoid>},
    {"MaxPool", {5, 7, 9}, [](GraphBuilder& g, Value x) { return g.max_pool("p", x); }},
    {"MaxPoolWindowsOverlap",
     {17, 7, 6},
     [](GraphBuilder& g, Value x) {
       return g.max_pool("p", x, {.kernel = 3, .stride = 2, .padding = Padding::all(1)});
     }},
    {"MaxPoolPaddedOneSide",
     {3, 6, 7},
     [](GraphBuilder& g, Value x) {
       return g.max_pool("p", x, {.kernel = {2, 3}, .stride = {2, 1}, .padding = Padding{0, 0, 1, 2}});
     }},
    {"AvgPool", {5, 7, 9}, [](GraphBuilder& g, Value x) { return g.avg_pool("p", x); }},
    {"AvgPoolCountsItsPadding",
     {7, 6, 5},
     [](GraphBuilder& g, Value x) {
       return g.avg_pool("p", x, {.kernel = 3, .stride = 1, .padding = Padding::all(1)});
     }},
    {"AvgPoolLeavesItsPaddingOut",
     {7, 6, 5},
     [](GraphBuilder& g, Value x) {
       return g.avg_pool("p", x,
                         {.kernel = 3, .stride = 1, .padding = Padding::all(1), .counts_padding = false});
     }},
    {"AdaptiveAvgPoolGrows",
     {6, 3, 3},
     [](GraphBuilder& g, Value x) { return g.adaptive_avg_pool("p", x, 7, 7); }},
    {"AdaptiveAvgPoolShrinksUnevenly",
     {6, 13, 11},
     [](GraphBuilder& g, Value x) { return g.adaptive_avg_pool("p", x, 7, 4); }},
    {"GlobalAvgPool", {19, 7, 5}, [](GraphBuilder& g, Value x) { return g.global_avg_pool("p", x); }},
    {"MulByGates", {19, 5, 4}, [](GraphBuilder& g, Value x) { return g.mul("m", x, gates(g, x)); }},
    {"MulByAMap", {6, 5, 4}, [](GraphBuilder& g, Value x) { return g.mul("m", x, conv(g, "c", x, 6)); }},
    {"MulOfAVectorByGates", {6, 1, 1}, [](GraphBuilder& g, Value x) { return g.mul("m", x, gates(g, x)); }},
    {"MulOfAValueByItself", {6, 3, 3}, [](GraphBuilder& g, Value x) { return g.mul("m", x, x); }},
    {"ConcatOfFour",
     {7, 5, 4},
     [](GraphBuilder& g, Value x) {
       const Value a = conv(g, "a", x, 1), b = conv(g, "b", x, 17),
                   c = g.max_pool("p", x, {3, 1, Padding::all(1)});
       return conv(g, "end", g.concat("j", {a, b, x, c}), 9);
     }},
    {"ConcatOfAValueWithItself",
     {3, 4, 4},
     [](GraphBuilder& g, Value x) {
       return g.concat("j", {x, x});
     }},
    {"Rescale",
     {3, 4, 5},
     [](GraphBuilder& g, Value x) {
       return g.rescale("r", x, {2.f, 0.5f, 1.f / 128}, {-1.f, 0.25f, 3.f});
     }},
    {"Normalization", {3, 4, 5}, [](GraphBuilder& g, Value x) { return g.normalization("n", x); }},
    {"FlattenOrder", {3, 4, 5}, [](GraphBuilder& g, Value x) { return g.linear("l", g.flatten("f", x), 6); }},
    {"FlattenOfAVector",
     {12, 1, 1},
     [](GraphBuilder& g, Value x) { return g.linear("l", g.flatten("f", x), 6); }},
    {"DropoutsPassOn",
     {4, 5, 5},
     [](GraphBuilder& g, Value x) {
       x = g.drop_path("path", conv(g, "c", x, 8), 0.3);
       return g.dropout("drop", g.batch_norm("b", x), 0.5);
     }},

    {"ResidualInAConv",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       return g.add("add", x, conv(g, "b", g.activation("r", conv(g, "a", x, 16), Activation::Relu), 8, 1));
     }},
    {"ResidualThenRelu",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value y = g.batch_norm("bn", conv(g, "b", conv(g, "a", x, 16), 8));
       return g.activation("relu", g.add("add", y, x), Activation::Relu);
     }},
    {"ResidualOfAReluThenRelu",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value r = g.activation("r", conv(g, "a", x, 8), Activation::Relu);
       const Value y = g.batch_norm("bn", conv(g, "b", r, 8));
       return g.activation("relu", g.add("add", y, r), Activation::Relu);
     }},
    {"ResidualThenSilu",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value y = conv(g, "b", conv(g, "a", x, 16), 8);
       return g.activation("silu", g.add("add", y, x), Activation::Silu);
     }},
    {"ResidualReadAgainLater",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value y = g.add("add", x, conv(g, "b", conv(g, "a", x, 6), 8));
       return g.add("again", conv(g, "c", y, 8), x);
     }},
    {"GatesThenResidual",
     {8, 6, 5},
     [](GraphBuilder& g, Value x) {
       const Value y = g.activation("silu", g.batch_norm("b", conv(g, "a", x, 20)), Activation::Silu);
       return g.add("add", conv(g, "end", g.mul("m", y, gates(g, y)), 8, 1), x);
     }},
};

/// The case with a head of three logits, which weigh each position and channel otherwise.
Graph graph_of(const GradientCase& test) {
  GraphBuilder g(test.input);
  const Value features = test.build(g, g.input());
  return g.finish(features, g.linear("head", g.flatten("flat", features), 3), "head");
}

class GradientOps : public ::testing::TestWithParam<GradientCase> {};

TEST_P(GradientOps, AgreesWithCentralDifferences) {
  const Graph graph = graph_of(GetParam());
  const StateDict weights = testing::random_weights(graph, 1);
  std::vector<float> image = testing::random_images(graph, 1, 2);
  const NodeId picture = 0;
  const GradientExecutor network(graph, weights, {&picture, 1});
  const testing::ReferenceExecutor reference(graph, weights);
  const int asked = 1;
  const GradientExecutor::Result result = network.run(image, asked);
  ASSERT_EQ(result.taps[0].activation, image);
  EXPECT_LE(testing::relative_error(result.logits, reference.run(image, graph.output)), kTolerance);

  std::vector<double> expected;
  for (float& x : image) {
    constexpr float kStep = 0x1p-13f;
    const float before = x;
    const auto logit_at = [&](float value) {
      x = value;
      return reference.run(image, graph.output)[asked];
    };
    const float above = before + kStep, below = before - kStep;
    expected.push_back((logit_at(above) - logit_at(below)) / (double{above} - below));
    x = before;
  }
  EXPECT_LE(testing::relative_error(result.taps[0].gradient, expected), kTolerance);
}

INSTANTIATE_TEST_SUITE_P(Infer, GradientOps, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace giemsa
