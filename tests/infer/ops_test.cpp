// Small graphs of odd shapes, one or two per operation and one per fusion, against double precision.

#include <gtest/gtest.h>

#include "giemsa/graph/builder.h"
#include "giemsa/infer/native_executor.h"
#include "infer/random_network.h"
#include "infer/reference_executor.h"

namespace giemsa {
namespace {

constexpr double kTolerance = 2e-6;

struct OpCase {
  const char* name;
  Shape input;
  Value (*build)(GraphBuilder&, Value);
};

Value conv(GraphBuilder& g, const char* name, Value x, std::int64_t out, Extent kernel = 3) {
  return g.conv(name, x, out, {.kernel = kernel, .bias = true});
}

const OpCase kCases[] = {
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
       for (const char* name : {"double", "again", "and_again"}) x = g.add(name, x, x);
       return g.activation("a", x, Activation::Relu6);
     }},
    {"Gelu", {16, 9, 9}, [](GraphBuilder& g, Value x) { return g.activation("a", x, Activation::Gelu); }},
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
    {"GlobalAvgPool", {19, 7, 5}, [](GraphBuilder& g, Value x) { return g.global_avg_pool("p", x); }},
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
};

class Ops : public ::testing::TestWithParam<OpCase> {};

TEST_P(Ops, AgreesWithDoublePrecision) {
  GraphBuilder builder(GetParam().input);
  const Value y = GetParam().build(builder, builder.input());
  // The op under test is an inner value: the head only closes the graph.
  const Graph graph =
      builder.finish(y, builder.linear("head", builder.global_avg_pool("pool", y), 2), "head");
  const StateDict weights = testing::random_weights(graph, 1);
  constexpr std::size_t kImages = 2;
  const std::vector<float> images = testing::random_images(graph, kImages, 2);
  const std::size_t image_size = images.size() / kImages;

  for (const NodeId until : {graph.features, graph.output}) {
    const NativeExecutor network(graph, weights, until);
    const auto size = static_cast<std::size_t>(network.output_shape().size());
    std::vector<float> out(kImages * size);
    network.run(images, kImages, 1, out);
    for (std::size_t i = 0; i < kImages; ++i) {
      const auto expected = testing::ReferenceExecutor(graph, weights)
                                .run(std::span(images).subspan(i * image_size, image_size), until);
      EXPECT_LE(testing::relative_error(std::span(out).subspan(i * size, size), expected), kTolerance)
          << "picture " << i << ", node " << graph.nodes[until].name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Infer, Ops, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace giemsa
