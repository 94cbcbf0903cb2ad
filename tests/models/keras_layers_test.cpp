// MobileNetV2 against the layers that Keras 3.16 lists for it at 96 px (shared data).

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/csv.h"
#include "giemsa/graph/layer_table.h"
#include "giemsa/models/registry.h"
#include "shared_data.h"

namespace giemsa {
namespace {

TEST(KerasLayers, MobileNetV2HasTheSameLayersInTheSameOrder) {
  GIEMSA_NEEDS_SHARED("golden/keras/MobileNetV2.layers.csv");
  const CsvTable csv = CsvTable::read(testing::shared_data("golden/keras/MobileNetV2.layers.csv"));
  const std::size_t name = csv.column("name"), kind = csv.column("class"), shape = csv.column("output_shape"),
                    params = csv.column("params");
  const Graph graph = build_model("mobilenet_v2_keras", {.classes = 8, .input_px = 96});
  const LayerTable table = layer_table(graph);

  std::size_t next = 0;
  std::int64_t total = 0;
  int seen = 0;
  for (const auto& row : csv.rows()) {
    // Padding is part of the convolution here.
    if (row[kind] == "InputLayer" || row[kind] == "ZeroPadding2D") continue;
    while (next < graph.nodes.size() && graph.nodes[next].keras_name != row[name]) ++next;
    ASSERT_LT(next, graph.nodes.size()) << row[name] << " is missing or out of order";
    const Shape& out = table.rows[next].shape;
    EXPECT_EQ(fmt::format("Nx{}x{}x{}", out.height, out.width, out.channels), row[shape]) << row[name];
    EXPECT_EQ(std::to_string(table.rows[next].params), row[params]) << row[name];
    total += table.rows[next].params;
    ++seen;
  }
  EXPECT_EQ(seen, 154 - 1 - 4) << "all layers but the input and four paddings";
  EXPECT_EQ(total, 2'257'984);
  EXPECT_EQ(table.params, total + 1280 * 8 + 8);
  // Beyond Keras' list without its top there is only the head.
  for (++next; next < graph.nodes.size(); ++next) {
    EXPECT_TRUE(graph.nodes[next].name == "pool" || graph.in_head(graph.nodes[next].name))
        << graph.nodes[next].name;
  }
}

TEST(KerasLayers, OnlyTheKerasFlavourPadsAsTensorFlowDoes) {
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
}

}  // namespace
}  // namespace giemsa
