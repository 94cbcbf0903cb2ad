#pragma once
#include "giemsa/graph/builder.h"

namespace giemsa::testing {

/// Small graphs of odd shapes, one or two per operation and one per fusion.
struct OpCase {
  const char* name;
  Shape input;
  Value (*build)(GraphBuilder&, Value);
};

/// The case with a head whose logits weigh each position and channel otherwise.
inline Graph network_of(const OpCase& test, std::int64_t logits) {
  GraphBuilder g(test.input);
  const Value features = test.build(g, g.input());
  return g.finish(features, g.linear("head", g.flatten("flat", features), logits), "head");
}

inline Value conv(GraphBuilder& g, const char* name, Value x, std::int64_t out, Extent kernel = 3) {
  return g.conv(name, x, out, {.kernel = kernel, .bias = true});
}

/// Far enough from 0 to reach where functions are clipped.
inline Value eightfold(GraphBuilder& g, Value x) {
  for (const char* name : {"double", "again", "and_again"}) x = g.add(name, x, x);
  return x;
}

/// Gates for the channels of x out of their means.
inline Value gates(GraphBuilder& g, Value x) {
  return g.activation("gate", g.linear("fc", g.global_avg_pool("mean", x), x.channels()),
                      Activation::Sigmoid);
}

template <Activation Kind>
Value alone(GraphBuilder& g, Value x) {
  return g.activation("a", eightfold(g, x), Kind);
}

template <Activation Kind>
Value behind_conv(GraphBuilder& g, Value x) {
  return g.activation("a", g.batch_norm("b", conv(g, "c", eightfold(g, x), 9)), Kind);
}

inline const OpCase kOpCases[] = {
    {"Conv3x3", {3, 7, 5}, [](GraphBuilder& g, Value x) { return conv(g, "c", x, 5); }},
    {"Conv1x1", {19, 5, 3}, [](GraphBuilder& g, Value x) { return conv(g, "c", x, 33, 1); }},
    {"ConvWithoutBias", {4, 6, 6}, [](GraphBuilder& g, Value x) { return g.conv("c", x, 7, {.kernel = 3}); }},
    {"ConvKernelTall",
     {3, 9, 8},
     [](GraphBuilder& g, Value x) {
       return conv(g, "c", x, 6, {5, 1});
     }},
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
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 40, {.kernel = 7, .groups = 40, .bias = true}); }},
    {"DepthwiseTwoPerChannel",
     {9, 6, 5},
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 18, {.kernel = 3, .groups = 9}); }},
    {"LinearOnMap", {11, 3, 5}, [](GraphBuilder& g, Value x) { return g.linear("l", x, 21); }},
    {"LinearOnVector",
     {301, 1, 1},
     [](GraphBuilder& g, Value x) { return g.linear("l", x, 7, {.bias = false}); }},
    {"BatchNormAlone", {13, 4, 3}, [](GraphBuilder& g, Value x) { return g.batch_norm("b", x); }},
    {"LayerNormOnMap", {37, 3, 4}, [](GraphBuilder& g, Value x) { return g.layer_norm("n", x); }},
    {"LayerNormOnVector", {100, 1, 1}, [](GraphBuilder& g, Value x) { return g.layer_norm("n", x); }},
    {"LayerScaleAlone", {13, 4, 3}, [](GraphBuilder& g, Value x) { return g.layer_scale("s", x, 1); }},
    {"Relu", {5, 3, 3}, [](GraphBuilder& g, Value x) { return g.activation("a", x, Activation::Relu); }},
    {"Relu6Reached",
     {5, 3, 3},
     [](GraphBuilder& g, Value x) {
       return g.activation("a", eightfold(g, x), Activation::Relu6);
     }},
    {"Gelu", {16, 9, 9}, [](GraphBuilder& g, Value x) { return g.activation("a", x, Activation::Gelu); }},
    {"Silu", {5, 4, 3}, [](GraphBuilder& g, Value x) { return g.activation("a", x, Activation::Silu); }},
    {"HardSwishToItsEnds",
     {5, 9, 8},
     [](GraphBuilder& g, Value x) { return g.activation("a", eightfold(g, x), Activation::HardSwish); }},
    {"HardSigmoidToItsEnds",
     {5, 9, 8},
     [](GraphBuilder& g, Value x) { return g.activation("a", eightfold(g, x), Activation::HardSigmoid); }},
    {"Sigmoid", {5, 4, 3}, [](GraphBuilder& g, Value x) { return g.activation("a", x, Activation::Sigmoid); }},
    {"SigmoidOfAVector",
     {37, 1, 1},
     [](GraphBuilder& g, Value x) { return g.activation("a", x, Activation::Sigmoid); }},
    {"LeakyRelu", {5, 4, 3}, [](GraphBuilder& g, Value x) { return g.leaky_relu("a", x, 0.3f); }},
    {"MaxPool", {5, 7, 9}, [](GraphBuilder& g, Value x) { return g.max_pool("p", x); }},
    {"MaxPoolPaddedOverNegatives",
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
    {"AvgPoolTallPaddedAboveAndBelow",
     {20, 9, 8},
     [](GraphBuilder& g, Value x) {
       return g.avg_pool("p", x, {.kernel = {5, 2}, .stride = {2, 3}, .padding = Padding{2, 0, 2, 0}});
     }},
    {"AdaptiveAvgPoolGrows",
     {6, 3, 3},
     [](GraphBuilder& g, Value x) { return g.adaptive_avg_pool("p", x, 7, 7); }},
    {"AdaptiveAvgPoolShrinksUnevenly",
     {6, 13, 13},
     [](GraphBuilder& g, Value x) { return g.adaptive_avg_pool("p", x, 7, 7); }},
    {"AdaptiveAvgPoolOfAnOblong",
     {5, 4, 11},
     [](GraphBuilder& g, Value x) { return g.adaptive_avg_pool("p", x, 6, 3); }},
    {"AdaptiveAvgPoolThatChangesNothing",
     {5, 4, 4},
     [](GraphBuilder& g, Value x) { return g.adaptive_avg_pool("p", x, 4, 4); }},
    {"GlobalAvgPool", {19, 7, 5}, [](GraphBuilder& g, Value x) { return g.global_avg_pool("p", x); }},
    {"MulByGates", {19, 5, 4}, [](GraphBuilder& g, Value x) { return g.mul("m", x, gates(g, x)); }},
    {"MulByAMap",
     {6, 5, 4},
     [](GraphBuilder& g, Value x) { return g.mul("m", x, conv(g, "c", x, 6)); }},
    {"MulOfAVectorByGates", {6, 1, 1}, [](GraphBuilder& g, Value x) { return g.mul("m", x, gates(g, x)); }},
    {"MulOfAValueByItself", {6, 3, 3}, [](GraphBuilder& g, Value x) { return g.mul("m", x, x); }},
    {"ConcatOfTwo",
     {3, 5, 4},
     [](GraphBuilder& g, Value x) {
       return g.concat("j", {x, conv(g, "c", x, 5)});
     }},
    {"ConcatOfFour",
     {7, 5, 4},
     [](GraphBuilder& g, Value x) {
       const Value a = conv(g, "a", x, 1), b = conv(g, "b", x, 17), c = g.max_pool("p", x, {3, 1, Padding::all(1)});
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
    {"BatchNormWithoutScaleAlone",
     {13, 4, 3},
     [](GraphBuilder& g, Value x) { return g.batch_norm("b", x, {.epsilon = 1e-3f, .scales = false}); }},
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

    {"FusesBatchNormAndRelu6",
     {3, 9, 9},
     [](GraphBuilder& g, Value x) {
       x = g.batch_norm("b", g.conv("c", x, 20, {.kernel = 3, .stride = 2}));
       return g.activation("a", x, Activation::Relu6);
     }},
    {"FusesTwoScales",
     {6, 4, 4},
     [](GraphBuilder& g, Value x) { return g.layer_scale("s", g.batch_norm("b", conv(g, "c", x, 10)), 1); }},
    {"FusesGeluIntoLinear",
     {24, 3, 3},
     [](GraphBuilder& g, Value x) { return g.activation("a", g.linear("l", x, 48), Activation::Gelu); }},
    {"FusesGeluIntoDepthwise",
     {24, 5, 5},
     [](GraphBuilder& g, Value x) {
       return g.activation("a", g.conv("c", x, 24, {.kernel = 3, .groups = 24}), Activation::Gelu);
     }},
    {"FusesBatchNormWithoutScale",
     {6, 7, 5},
     [](GraphBuilder& g, Value x) {
       x = g.batch_norm("b", g.conv("c", x, 11, {.kernel = 3}), {.epsilon = 1e-3f, .scales = false});
       return g.activation("a", x, Activation::Relu);
     }},
    {"FusesSiluIntoConv",
     {6, 7, 5},
     [](GraphBuilder& g, Value x) { return g.activation("a", conv(g, "c", x, 21), Activation::Silu); }},
    {"FusesSiluIntoLinear",
     {24, 1, 1},
     [](GraphBuilder& g, Value x) { return g.activation("a", g.linear("l", x, 5), Activation::Silu); }},
    {"FusesHardSwishIntoDepthwise",
     {24, 7, 5},
     [](GraphBuilder& g, Value x) {
       x = g.conv("c", eightfold(g, x), 24, {.kernel = 5, .stride = 2, .groups = 24});
       return g.activation("a", g.batch_norm("b", x), Activation::HardSwish);
     }},
    {"FusesHardSigmoidIntoConv",
     {24, 1, 1},
     [](GraphBuilder& g, Value x) {
       return g.activation("a", conv(g, "c", eightfold(g, x), 40, 1), Activation::HardSigmoid);
     }},
    {"FusesHardSigmoidIntoLinear",
     {24, 1, 1},
     [](GraphBuilder& g, Value x) {
       return g.activation("a", g.linear("l", eightfold(g, x), 40), Activation::HardSigmoid);
     }},
    {"FusesSigmoidIntoConv",
     {6, 1, 1},
     [](GraphBuilder& g, Value x) { return g.activation("a", conv(g, "c", x, 24, 1), Activation::Sigmoid); }},
    {"FusesSigmoidIntoLinear",
     {6, 3, 3},
     [](GraphBuilder& g, Value x) { return g.activation("a", g.linear("l", x, 24), Activation::Sigmoid); }},
    {"FusesLeakyReluIntoConv",
     {6, 7, 5},
     [](GraphBuilder& g, Value x) { return g.leaky_relu("a", conv(g, "c", x, 21), 0.3f); }},
    {"FusesLeakyReluIntoLinear",
     {24, 1, 1},
     [](GraphBuilder& g, Value x) { return g.leaky_relu("a", g.batch_norm("b", g.linear("l", x, 9)), 0.2f); }},
    {"FusesResidual",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       return g.add("add", x, conv(g, "b", g.activation("r", conv(g, "a", x, 16), Activation::Relu), 8, 1));
     }},
    {"FusesResidualThenRelu",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value y = g.batch_norm("bn", conv(g, "b", conv(g, "a", x, 16), 8));
       return g.activation("relu", g.add("add", y, x), Activation::Relu);
     }},
    {"FusesResidualThenSilu",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value y = conv(g, "b", conv(g, "a", x, 16), 8);
       return g.activation("silu", g.add("add", y, x), Activation::Silu);
     }},
    {"ResidualIsAConcat",
     {3, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value both = g.concat("j", {x, conv(g, "a", x, 6)});
       return g.add("add", both, conv(g, "b", conv(g, "c", both, 16), 9, 1));
     }},
    {"ConcatOfAResidualAndItsSum",
     {6, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value y = conv(g, "a", x, 6);
       const Value sum = g.add("add", y, conv(g, "c", conv(g, "b", y, 11), 6));
       return g.concat("j", {y, sum});
     }},
    {"GatesThenResidual",
     {8, 6, 5},
     [](GraphBuilder& g, Value x) {
       const Value y = g.activation("silu", g.batch_norm("b", conv(g, "a", x, 20)), Activation::Silu);
       return g.add("add", conv(g, "end", g.mul("m", y, gates(g, y)), 8, 1), x);
     }},
    {"ScalingThenConv",
     {3, 8, 8},
     [](GraphBuilder& g, Value x) {
       constexpr float kByte = 1.f / 255;
       x = g.rescale("bytes", x, {kByte, kByte, kByte}, {});
       x = g.rescale("root", g.normalization("n", x), {2.f, 2.1f, 2.2f}, {});
       return g.conv("c", x, 8, {.kernel = 3, .stride = 2, .padding = Padding{0, 0, 1, 1}});
     }},
    {"ReluBeforeTheSumStaysThere",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       return g.add("add", x, g.activation("r", conv(g, "b", conv(g, "a", x, 16), 8), Activation::Relu));
     }},
    {"ResidualIsTheInputOfTheSameConv",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) { return g.add("add", x, conv(g, "c", x, 8)); }},
    {"ResidualReadAgainLater",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value y = g.add("add", x, conv(g, "b", conv(g, "a", x, 6), 8));
       return g.add("again", conv(g, "c", y, 8), x);
     }},
    {"ResidualReadBetweenConvAndSum",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value y = conv(g, "b", conv(g, "a", x, 6), 8);
       const Value side = conv(g, "side", x, 8);
       return g.add("again", g.add("add", x, y), side);
     }},
    {"TwoBranchesEachAConv",
     {6, 8, 8},
     [](GraphBuilder& g, Value x) {
       const Value main = g.batch_norm("mb", conv(g, "main", x, 12));
       const Value shortcut = g.batch_norm("sb", conv(g, "shortcut", x, 12, 1));
       return g.activation("relu", g.add("add", main, shortcut), Activation::Relu);
     }},
    {"ConvWithTwoReadersIsNotFolded",
     {6, 5, 5},
     [](GraphBuilder& g, Value x) {
       const Value y = conv(g, "c", x, 6);
       return g.add("add", g.batch_norm("b", y), g.activation("a", y, Activation::Relu));
     }},
    {"ConvWithTwoReadersIsNotFoldedThroughADropout",
     {6, 5, 5},
     [](GraphBuilder& g, Value x) {
       const Value y = conv(g, "c", x, 6);
       return g.add("add", g.batch_norm("b", g.dropout("drop", y, 0.5)), y);
     }},
    {"SumOfOneValueWithItself",
     {6, 5, 5},
     [](GraphBuilder& g, Value x) {
       const Value y = conv(g, "c", x, 6);
       return g.add("add", y, y);
     }},
    {"ThreeSumsInARow",
     {6, 5, 5},
     [](GraphBuilder& g, Value x) {
       Value sum = x;
       for (const char* name : {"1", "2", "3"}) {
         auto scope = g.scope(name);
         sum = g.add("add", sum, conv(g, "out", conv(g, "in", sum, 17), 6, 1));
       }
       return sum;
     }},

    // Activations as far as their clipped ends, alone and behind a convolution, for the way back.
    {"ReluFarOut", {5, 6, 5}, alone<Activation::Relu>},
    {"Relu6FarOut", {5, 6, 5}, alone<Activation::Relu6>},
    {"GeluFarOut", {5, 6, 5}, alone<Activation::Gelu>},
    {"SiluFarOut", {5, 6, 5}, alone<Activation::Silu>},
    {"SigmoidFarOut", {5, 6, 5}, alone<Activation::Sigmoid>},
    {"LeakyReluOfSlope0", {5, 6, 5}, [](GraphBuilder& g, Value x) { return g.leaky_relu("a", x, 0); }},
    {"ReluBehindAConv", {5, 6, 5}, behind_conv<Activation::Relu>},
    {"Relu6BehindAConv", {5, 6, 5}, behind_conv<Activation::Relu6>},
    {"GeluBehindAConv", {5, 6, 5}, behind_conv<Activation::Gelu>},
    {"SiluBehindAConv", {5, 6, 5}, behind_conv<Activation::Silu>},
    {"HardSwishBehindAConv", {5, 6, 5}, behind_conv<Activation::HardSwish>},
    {"HardSigmoidBehindAConv", {5, 6, 5}, behind_conv<Activation::HardSigmoid>},
    {"SigmoidBehindAConv", {5, 6, 5}, behind_conv<Activation::Sigmoid>},
    {"Conv1x1Stride2",
     {8, 7, 6},
     [](GraphBuilder& g, Value x) { return g.conv("c", x, 8, {.kernel = 1, .stride = 2}); }},
    {"ResidualOfAReluThenRelu",
     {8, 5, 6},
     [](GraphBuilder& g, Value x) {
       const Value r = g.activation("r", conv(g, "a", x, 8), Activation::Relu);
       const Value y = g.batch_norm("bn", conv(g, "b", r, 8));
       return g.activation("relu", g.add("add", y, r), Activation::Relu);
     }},
};

}  // namespace giemsa::testing
