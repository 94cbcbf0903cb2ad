#include "giemsa/graph/shape.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "shared_data.h"

namespace giemsa {
namespace {

std::array<int, 4> sides(const Padding& p) { return {p.top, p.bottom, p.left, p.right}; }

TEST(Shape, ReadsAsAPersonWritesIt) {
  EXPECT_EQ(to_string(Shape{3, 96, 101}), "3×96×101");
  EXPECT_EQ(to_string(Shape{8}), "8");
  EXPECT_EQ(to_string(Shape{8, 1, 2}), "8×1×2");
  EXPECT_EQ((Shape{3, 96, 101}).size(), 29088);
  EXPECT_TRUE(Shape{8}.is_vector());
  EXPECT_FALSE((Shape{8, 2, 1}).is_vector());
}

TEST(SamePadding, FollowsTensorFlowsFormula) {
  const struct {
    std::int64_t height, width;
    Extent kernel, stride;
    std::array<int, 4> top_bottom_left_right;
  } kCases[] = {
      {96, 96, 3, 1, {1, 1, 1, 1}},
      {96, 96, 3, 2, {0, 1, 0, 1}},  // even: one row below, one column to the right
      {95, 95, 3, 2, {1, 1, 1, 1}},  // odd: symmetric
      {95, 96, 3, 2, {1, 1, 0, 1}},
      {96, 96, 5, 2, {1, 2, 1, 2}},
      {95, 95, 5, 2, {2, 2, 2, 2}},
      {96, 96, 2, 1, {0, 1, 0, 1}},
      {96, 96, 1, 1, {0, 0, 0, 0}},
      {96, 96, 1, 2, {0, 0, 0, 0}},  // never negative
      {7, 7, 2, 3, {0, 1, 0, 1}},
      {6, 6, 2, 3, {0, 0, 0, 0}},
      {1, 1, 3, 2, {1, 1, 1, 1}},
      {1, 1, 7, 1, {3, 3, 3, 3}},
      {96, 96, {3, 5}, {2, 1}, {0, 1, 2, 2}},
  };
  for (const auto& [height, width, kernel, stride, expected] : kCases) {
    EXPECT_EQ(sides(same_padding({4, height, width}, kernel, stride)), expected)
        << height << "×" << width << " kernel " << kernel.height << "×" << kernel.width << " stride "
        << stride.height << "×" << stride.width;
  }
}

TEST(SamePadding, IsThatOfKeras) {
  GIEMSA_NEEDS_SHARED("golden/keras/ops.json");
  std::ifstream file(testing::shared_data("golden/keras/ops.json"));
  const nlohmann::json ops = nlohmann::json::parse(file);
  int seen = 0;
  for (const auto& single : ops.at("cases")) {
    if (!single.contains("pads")) continue;
    for (const auto& [key, pads] : single.at("pads").items()) {  // "n95_k3": [[top, bottom], [left, right]]
      const std::int64_t n = std::stoll(key.substr(1));
      const int k = std::stoi(key.substr(key.find('k') + 1));
      const auto expected = pads.get<std::array<std::array<int, 2>, 2>>();
      EXPECT_EQ(sides(same_padding({1, n, n}, k, 2)),
                (std::array{expected[0][0], expected[0][1], expected[1][0], expected[1][1]}))
          << key;
      ++seen;
    }
  }
  EXPECT_EQ(seen, 6);
}

}  // namespace
}  // namespace giemsa
