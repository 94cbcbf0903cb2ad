#include "giemsa/descriptors/mask64.h"

#include <gtest/gtest.h>

#include <numbers>
#include <string_view>
#include <vector>

namespace giemsa {
namespace {

/// Rows of '#' and '.', put into the mask's upper left corner at (y, x).
Mask64 drawn(const std::vector<std::string_view>& rows, int y = 0, int x = 0) {
  Mask64 mask;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      if (rows[r][c] == '#') mask.rows[y + r] |= std::uint64_t{1} << (x + c);
    }
  }
  return mask;
}

TEST(Mask64, CountsAndVisitsRowByRow) {
  const Mask64 mask = drawn({"#.#", "...", ".#."});
  EXPECT_EQ(mask.count(), 3);
  std::vector<std::pair<int, int>> visited;
  mask.for_each([&](int y, int x) { visited.emplace_back(y, x); });
  EXPECT_EQ(visited, (std::vector<std::pair<int, int>>{{0, 0}, {0, 2}, {2, 1}}));
}

TEST(Mask64, Combines) {
  EXPECT_EQ(drawn({"##."}) & drawn({".##"}), drawn({".#."}));
  EXPECT_EQ(drawn({"##."}) - drawn({".##"}), drawn({"#.."}));
}

TEST(Mask64, GrowsByFourAndByEight) {
  EXPECT_EQ(grown_by_4(drawn({"#"}, 5, 5)), drawn({".#.", "###", ".#."}, 4, 4));
  EXPECT_EQ(grown_by_8(drawn({"#"}, 5, 5)), drawn({"###", "###", "###"}, 4, 4));
}

TEST(Mask64, GrowsNotAroundTheBorder) {
  EXPECT_EQ(grown_by_4(drawn({"#"})), drawn({"##", "#."}));
  EXPECT_EQ(grown_by_8(drawn({"#"}, 63, 63)), drawn({"##", "##"}, 62, 62));
}

TEST(Mask64, ShrinksWhereTheOutsideIsNear) {
  EXPECT_EQ(shrunk_by_8(drawn({"###", "###", "###"}, 4, 4)), drawn({"#"}, 5, 5));
  EXPECT_EQ(shrunk_by_8(drawn({"###", "###", "##."}, 4, 4)), Mask64{});
  EXPECT_EQ(shrunk_by_8(drawn({"###", "###"})), drawn({"##"}));  // the border counts as inside
}

TEST(Mask64, FindsWhatHangsTogether) {
  const Mask64 two = drawn({"##..##", "#....#", ".##..."}, 10, 10);
  EXPECT_EQ(connected(drawn({"#"}, 10, 10), two), drawn({"##", "#."}, 10, 10));  // not over a corner
  EXPECT_EQ(connected(drawn({"#"}, 10, 12), two), Mask64{});                     // a seed outside
}

TEST(Mask64, MeasuresOutlines) {
  const double step = std::numbers::sqrt2 / 2;
  struct Case {
    const char* what;
    Mask64 mask;
    double length, euler;
  };
  for (const auto& [what, mask, length, euler] : {
           Case{"empty", {}, 0, 0},
           Case{"a pixel", drawn({"#"}, 5, 5), 4 * step, 1},
           Case{"a square", drawn({"###", "###", "###"}, 5, 5), 8 + 4 * step, 1},
           Case{"a ring", drawn({"####", "#..#", "#..#", "####"}, 5, 5), 12 + 4 * step + 4 + 4 * step, 0},
           Case{"two pieces", drawn({"#...#"}, 5, 5), 8 * step, 2},
           Case{"two over a corner", drawn({"#.", ".#"}, 5, 5), 6 * step + 2 * step, 2},
       }) {
    SCOPED_TRACE(what);
    EXPECT_NEAR(outline(mask).length, length, 1e-12);
    EXPECT_EQ(outline(mask).euler, euler);
  }
}

}  // namespace
}  // namespace giemsa
