// Small graphs whose order in Keras is worked out by hand from its rule: decreasing depth, then the order in
// which the walk from the output meets the layers. tests/models/keras_layers_test.cpp has whole networks.

#include "giemsa/graph/keras_layers.h"

#include <gtest/gtest.h>

#include "giemsa/graph/builder.h"

namespace giemsa {
namespace {

/// A layer of the same name in both worlds that changes nothing.
Value act(GraphBuilder& g, const char* name, Value x) {
  return g.activation({name, name}, x, Activation::Relu);
}

/// Puts a head of no Keras name behind the features.
std::vector<KerasLayer> layers_of(GraphBuilder& g, Value features) {
  return keras_layers(g.finish(features, g.linear("fc", g.global_avg_pool("pool", features), 2), "fc"));
}

std::vector<std::string> names_of(GraphBuilder& g, Value features) {
  std::vector<std::string> names;
  for (const KerasLayer& layer : layers_of(g, features)) names.push_back(layer.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(KerasLayers, TheLongerBranchComesFirstAndTiesFollowTheInputs) {
  // a → b1 → b2 ┐
  // └─→ c ──────┴ add. From the output: add 0; b2 and c 1; b1 2; a 3.
  const auto order = [](bool long_one_first) {
    GraphBuilder g({3, 8, 8}, Flavour::Keras);
    const Value a = act(g, "a", g.input());
    const Value c = act(g, "c", a);  // written first, which does not count
    const Value b = act(g, "b2", act(g, "b1", a));
    return names_of(g, long_one_first ? g.add({"add", "add"}, b, c) : g.add({"add", "add"}, c, b));
  };
  EXPECT_EQ(order(true), (Names{"input_layer", "a", "b1", "b2", "c", "add"}));
  EXPECT_EQ(order(false), (Names{"input_layer", "a", "b1", "c", "b2", "add"}));
}

TEST(KerasLayers, TheWalkGoesDeepBeforeItGoesWide) {
  // Three branches of two: the walk meets c2, c1, then b2, b1, then d2, d1.
  GraphBuilder g({3, 8, 8}, Flavour::Keras);
  const Value a = act(g, "a", g.input());
  const Value b = act(g, "b2", act(g, "b1", a));
  const Value c = act(g, "c2", act(g, "c1", a));
  const Value d = act(g, "d2", act(g, "d1", a));
  EXPECT_EQ(names_of(g, g.concat({"join", "join"}, {c, b, d})),
            (Names{"input_layer", "a", "c1", "b1", "d1", "c2", "b2", "d2", "join"}));
}

TEST(KerasLayers, AnOperationThatIsNoLayerDeepensWhatIsBeforeIt) {
  // a → p → (nameless) ┐
  // └─→ q → r ─────────┴ join: p and q are at depth 2, r at 1.
  GraphBuilder g({3, 8, 8}, Flavour::Keras);
  const Value a = act(g, "a", g.input());
  const Value p = g.activation("nameless", act(g, "p", a), Activation::Relu);
  const Value r = act(g, "r", act(g, "q", a));
  EXPECT_EQ(names_of(g, g.concat({"join", "join"}, {p, r})),
            (Names{"input_layer", "a", "p", "q", "r", "join"}));
}

TEST(KerasLayers, ASequentialIsOneLayerWithItsPartsParameters) {
  // a → [conv → norm] ┐
  // └─→ q ────────────┴ join: a Sequential has the depth of one layer.
  GraphBuilder g({3, 8, 8}, Flavour::Keras);
  const Value a = act(g, "a", g.input());
  Value stem = g.conv(LayerName{"stem.0", "stem_conv"}.inside(), a, 6, {.kernel = 3, .padding = Padding{}});
  const NodeId conv = stem.node();
  stem = g.layer_norm(LayerName{"stem.1", "stem_norm"}.inside(), stem);
  g.keras_layer(stem, "stem", "Sequential");
  const Value q = g.max_pool({"q", "q"}, a, {.kernel = 3, .stride = 1});
  const Value join = g.concat({"join", "join"}, {q, stem});
  const std::vector<KerasLayer> layers = layers_of(g, join);
  const struct {
    const char *name, *type;
    Shape shape;
    std::vector<NodeId> nodes;
  } kExpected[] = {
      {"input_layer", "InputLayer", {3, 8, 8}, {}},
      {"a", "Activation", {3, 8, 8}, {a.node()}},
      {"q", "MaxPooling2D", {3, 6, 6}, {q.node()}},
      {"stem", "Sequential", {6, 6, 6}, {conv, stem.node()}},
      {"join", "Concatenate", {9, 6, 6}, {join.node()}},
  };
  ASSERT_EQ(layers.size(), std::size(kExpected));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    EXPECT_EQ(layers[i].name, kExpected[i].name);
    EXPECT_EQ(layers[i].type, kExpected[i].type) << layers[i].name;
    EXPECT_EQ(layers[i].shape, kExpected[i].shape) << layers[i].name;
    EXPECT_EQ(layers[i].nodes, kExpected[i].nodes) << layers[i].name;
  }
}

TEST(KerasLayers, ASeparableConvolutionIsOneLayer) {
  // a → [depthwise → pointwise] → bn ┐
  // └─→ q ───────────────────────────┴ add: the convolution is at depth 2, bn and q at 1.
  GraphBuilder g({3, 8, 8}, Flavour::Keras);
  const Value a = act(g, "a", g.input());
  const Value depthwise = g.conv(LayerName{"sep.dw", "sep"}.inside(), a, 3, {.kernel = 3, .groups = 3});
  const Value pointwise = g.conv(LayerName{"sep.pw", "sep"}.as("SeparableConv2D"), depthwise, 3, {});
  const Value bn = g.batch_norm({"bn", "bn"}, pointwise);
  const Value add = g.add({"add", "add"}, act(g, "q", a), bn);
  const std::vector<KerasLayer> layers = layers_of(g, add);
  Names names;
  for (const KerasLayer& layer : layers) names.push_back(layer.name);
  ASSERT_EQ(names, (Names{"input_layer", "a", "sep", "q", "bn", "add"}));
  EXPECT_EQ(layers[2].type, "SeparableConv2D");
  EXPECT_EQ(layers[2].nodes, (std::vector{depthwise.node(), pointwise.node()}));
}

TEST(KerasLayers, PaddingsAndIdentitiesAreLayersOfTheirOwn) {
  // a → b → pad → conv → identity ┐
  // └─→ p → q ────────────────────┴ add: identity and q at 1, conv and p at 2, pad 3, b 4.
  GraphBuilder g({3, 8, 8}, Flavour::Keras);
  const Value a = act(g, "a", g.input());
  const Value q = act(g, "q", act(g, "p", a));
  const Value b = act(g, "b", a);
  g.keras_padding(b, "pad", {1, 1, 1, 1});
  const Value conv = g.conv({"conv", "conv"}, b, 3, {.kernel = 3});
  const Value identity = g.drop_path(LayerName{"path", "identity"}.as("Activation"), conv, 0);
  ASSERT_EQ(identity.node(), conv.node()) << "computes nothing";
  const std::vector<KerasLayer> layers = layers_of(g, g.add({"add", "add"}, q, identity));
  const struct {
    const char *name, *type;
    Shape shape;
    std::size_t nodes;
  } kExpected[] = {
      {"input_layer", "InputLayer", {3, 8, 8}, 0},
      {"a", "Activation", {3, 8, 8}, 1},
      {"b", "Activation", {3, 8, 8}, 1},
      {"pad", "ZeroPadding2D", {3, 10, 10}, 0},
      {"p", "Activation", {3, 8, 8}, 1},
      {"conv", "Conv2D", {3, 8, 8}, 1},
      {"q", "Activation", {3, 8, 8}, 1},
      {"identity", "Activation", {3, 8, 8}, 0},
      {"add", "Add", {3, 8, 8}, 1},
  };
  ASSERT_EQ(layers.size(), std::size(kExpected));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    EXPECT_EQ(layers[i].name, kExpected[i].name);
    EXPECT_EQ(layers[i].type, kExpected[i].type) << layers[i].name;
    EXPECT_EQ(layers[i].shape, kExpected[i].shape) << layers[i].name;
    EXPECT_EQ(layers[i].nodes.size(), kExpected[i].nodes) << layers[i].name;
  }
}

TEST(KerasLayers, DropoutIsALayerWithAndWithoutARate) {
  for (const double rate : {0., 0.5}) {
    GraphBuilder g({3, 8, 8}, Flavour::Keras);
    const Value x = g.dropout({"drop", "dropout"}, act(g, "a", g.input()), rate);
    const std::vector<KerasLayer> layers = layers_of(g, act(g, "b", x));
    ASSERT_EQ(layers.size(), 4u);
    EXPECT_EQ(layers[2].name, "dropout");
    EXPECT_EQ(layers[2].type, "Dropout");
  }
}

TEST(KerasLayers, NamelessLayersAreNumbered) {
  GraphBuilder g({3, 8, 8}, Flavour::Keras);
  for (const char* expected : {"re_lu", "re_lu_1", "re_lu_2"})
    EXPECT_EQ(g.keras_auto_name("re_lu"), expected);
  EXPECT_EQ(g.keras_auto_name("conv2d"), "conv2d");
}

TEST(KerasLayers, AreNoneOutsideTheKerasFlavour) {
  GraphBuilder g({3, 8, 8});
  Value x = g.conv({"conv", "conv"}, g.input(), 4, {.kernel = 3});
  g.keras_padding(x, "pad", Padding::all(1));
  g.keras_layer(x, "reshape", "Reshape");
  x = g.dropout({"drop", "dropout"}, x, 0);
  const Graph graph = g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2), "fc");
  EXPECT_EQ(graph.flavour, Flavour::Torchvision);
  EXPECT_TRUE(keras_layers(graph).empty());
  for (const Node& node : graph.nodes) EXPECT_EQ(node.keras_name, "") << node.name;
}

}  // namespace
}  // namespace giemsa
