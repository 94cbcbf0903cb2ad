#include "giemsa/image/symmetry.h"

#include <gmock/gmock.h>

#include "core/error_matchers.h"

namespace giemsa {
namespace {

/// The red levels of a square of 2 × 2 pixels, row after row.
std::vector<int> reds(const Image& image) {
  std::vector<int> levels;
  for (std::size_t i = 0; i < image.bytes().size(); i += 3) levels.push_back(image.bytes()[i]);
  return levels;
}

TEST(Symmetry, TurnsASquareAsItsNameSays) {
  Image image(2, 2);
  for (int i = 0; i < 12; ++i) image.pixels()[i] = static_cast<std::uint8_t>(i);  // reds 0 3 / 6 9
  const struct {
    Symmetry symmetry;
    std::vector<int> reds;
  } cases[] = {{Symmetry::None, {0, 3, 6, 9}},
               {Symmetry::FlipHorizontal, {3, 0, 9, 6}},
               {Symmetry::FlipVertical, {6, 9, 0, 3}},
               {Symmetry::HalfTurn, {9, 6, 3, 0}},
               {Symmetry::Transpose, {0, 6, 3, 9}},
               {Symmetry::QuarterTurnClockwise, {6, 0, 9, 3}},
               {Symmetry::QuarterTurnCounterclockwise, {3, 9, 0, 6}},
               {Symmetry::AntiTranspose, {9, 3, 6, 0}}};
  for (const auto& c : cases) {
    const Image once = turned(image, parts_of(c.symmetry));
    EXPECT_EQ(reds(once), c.reds) << symmetry_name(c.symmetry);
    EXPECT_EQ(once.pixels()[1], once.pixels()[0] + 1) << "the channels stay in order";
    EXPECT_EQ(turned(once, parts_of(inverse(c.symmetry))), image) << symmetry_name(c.symmetry);
  }
}

TEST(Symmetry, IsOfSquaresOnly) { EXPECT_THROW(turned(Image(3, 2), parts_of(Symmetry::HalfTurn)), Error); }

}  // namespace
}  // namespace giemsa
