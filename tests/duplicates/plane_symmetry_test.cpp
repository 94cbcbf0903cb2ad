#include "giemsa/image/symmetry.h"

#include <gtest/gtest.h>

#include <set>

#include "giemsa/duplicates/plane.h"

namespace giemsa {
namespace {

TEST(Symmetry, TurnsAPlaneAsItsNameSays) {
  const Plane<2> plane{1, 2,  //
                       3, 4};
  const struct {
    Symmetry symmetry;
    const char* name;
    Plane<2> turned;
  } cases[] = {{Symmetry::None, "none", {1, 2, 3, 4}},
               {Symmetry::FlipHorizontal, "flip_horizontal", {2, 1, 4, 3}},
               {Symmetry::FlipVertical, "flip_vertical", {3, 4, 1, 2}},
               {Symmetry::HalfTurn, "half_turn", {4, 3, 2, 1}},
               {Symmetry::Transpose, "transpose", {1, 3, 2, 4}},
               {Symmetry::QuarterTurnClockwise, "quarter_turn_clockwise", {3, 1, 4, 2}},
               {Symmetry::QuarterTurnCounterclockwise, "quarter_turn_counterclockwise", {2, 4, 1, 3}},
               {Symmetry::AntiTranspose, "antitranspose", {4, 2, 3, 1}}};
  std::set<Symmetry> seen;
  for (const auto& c : cases) {
    EXPECT_EQ(symmetry_name(c.symmetry), c.name);
    EXPECT_EQ(turned<2>(plane, c.symmetry), c.turned) << c.name;
    EXPECT_EQ(turned<2>(c.turned, inverse(c.symmetry)), plane) << c.name;
    seen.insert(c.symmetry);
  }
  EXPECT_EQ(seen.size(), std::size_t{kSymmetryCount});
}

TEST(Symmetry, PartsSayWhereAPixelComesFrom) {
  Plane<8> plane;
  for (std::size_t i = 0; i < plane.size(); ++i) plane[i] = static_cast<float>(i);
  for (int s = 0; s < kSymmetryCount; ++s) {
    const auto symmetry = static_cast<Symmetry>(s);
    const auto [flip_x, flip_y, transpose] = parts_of(symmetry);
    const Plane<8> out = turned<8>(plane, symmetry);
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 8; ++x) {
        int from_x = flip_x ? 7 - x : x, from_y = flip_y ? 7 - y : y;
        if (transpose) std::swap(from_x, from_y);
        EXPECT_EQ(out[y * 8 + x], plane[from_y * 8 + from_x]) << symmetry_name(symmetry);
      }
  }
}

}  // namespace
}  // namespace giemsa
