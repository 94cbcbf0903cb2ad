#include "giemsa/graph/layer_table.h"

#include <gtest/gtest.h>

#include "giemsa/graph/builder.h"

namespace giemsa {
namespace {

TEST(LayerTable, CountsASmallNetAsByHand) {
  GraphBuilder g({3, 10, 10});
  Value x = g.conv("conv", g.input(), 8, {.kernel = 3, .stride = 2, .bias = true});
  x = g.batch_norm("bn", x);
  x = g.activation("relu6", x, Activation::Relu6);
  x = g.conv("dw", x, 8, {.kernel = 3, .groups = 8});
  const Value wide = g.conv("grouped", x, 16, {.kernel = {1, 3}, .groups = 4});
  x = g.layer_norm("ln", wide);
  x = g.linear("fc1", x, 16);
  x = g.activation("gelu", x, Activation::Gelu);
  x = g.layer_scale("gamma", x, 1);
  x = g.add("add", wide, g.drop_path("path", x, 0.1));
  x = g.max_pool("pool", x);
  const Value features = x;
  x = g.flatten("flat", x);
  x = g.dropout("drop", x, 0.5);
  const LayerTable table = layer_table(g.finish(features, g.linear("out", x, 2, {.bias = false}), "out"));

  const struct {
    const char *name, *op;
    Shape shape;
    std::int64_t params, multiply_adds;
  } kExpected[] = {
      {"input", "Input", {3, 10, 10}, 0, 0},
      {"conv", "Conv", {8, 5, 5}, 3 * 8 * 9 + 8, 25 * 3 * 8 * 9},
      {"bn", "BatchNorm", {8, 5, 5}, 4 * 8, 0},
      {"relu6", "Relu6", {8, 5, 5}, 0, 0},
      {"dw", "DepthwiseConv", {8, 5, 5}, 8 * 9, 25 * 8 * 9},
      {"grouped", "Conv", {16, 5, 5}, 16 * 2 * 3, 25 * 16 * 2 * 3},
      {"ln", "LayerNorm", {16, 5, 5}, 2 * 16, 0},
      {"fc1", "Linear", {16, 5, 5}, 16 * 16 + 16, 25 * 16 * 16},
      {"gelu", "Gelu", {16, 5, 5}, 0, 0},
      {"gamma", "LayerScale", {16, 5, 5}, 16, 0},
      {"path", "DropPath", {16, 5, 5}, 0, 0},
      {"add", "Add", {16, 5, 5}, 0, 0},
      {"pool", "MaxPool", {16, 2, 2}, 0, 0},
      {"flat", "Flatten", {64}, 0, 0},
      {"drop", "Dropout", {64}, 0, 0},
      {"out", "Linear", {2}, 128, 128},
  };
  ASSERT_EQ(table.rows.size(), std::size(kExpected));
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const LayerRow& row = table.rows[i];
    const auto& [name, op, shape, params, multiply_adds] = kExpected[i];
    EXPECT_EQ(row.index, static_cast<int>(i));
    EXPECT_EQ(row.name, name);
    EXPECT_EQ(row.type, op) << name;
    EXPECT_EQ(row.shape, shape) << name;
    EXPECT_EQ(row.params, params) << name;
    EXPECT_EQ(row.multiply_adds, multiply_adds) << name;
  }
  EXPECT_EQ(table.params, 224 + 32 + 72 + 96 + 32 + 272 + 16 + 128);
  EXPECT_EQ(table.trainable, table.params - 16) << "running mean and variance of 8 channels";
  EXPECT_EQ(table.multiply_adds, 5400 + 1800 + 2400 + 6400 + 128);
}

}  // namespace
}  // namespace giemsa
