#include "giemsa/descriptors/appearance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "descriptors/drawn_thumbnail.h"
#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using namespace testing;

float number(const Appearance& appearance, std::string_view name) {
  const auto names = appearance_names();
  const auto at = std::ranges::find(names, name);
  EXPECT_NE(at, names.end()) << name;
  return appearance[static_cast<std::size_t>(at - names.begin())];
}

/// The picture with rows and columns exchanged, or read from the other end.
Image turned(const Image& image, bool transpose, bool flip) {
  Image out(kThumbnailPx, kThumbnailPx);
  for (int y = 0; y < kThumbnailPx; ++y) {
    for (int x = 0; x < kThumbnailPx; ++x) {
      const int from_y = transpose ? x : y, from_x = flip ? 63 - (transpose ? y : x) : (transpose ? y : x);
      std::copy_n(image.row(from_y) + 3 * from_x, 3, out.row(y) + 3 * x);
    }
  }
  return out;
}

TEST(Appearance, NamesEveryNumberOnce) {
  const auto names = appearance_names();
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), kAppearanceSize);
  EXPECT_FALSE(std::ranges::any_of(names, &std::string_view::empty));
}

TEST(Appearance, IsFiniteForEveryPicture) {
  for (std::uint64_t i = 0; i < 50; ++i) {
    for (const float value : appearance(drawn_non_cell(i))) ASSERT_TRUE(std::isfinite(value)) << i;
  }
  for (const double light : {0, 1, 128, 255}) {
    for (const float value : appearance(plain_thumbnail({light, light, light})))
      ASSERT_TRUE(std::isfinite(value)) << light;
  }
}

TEST(Appearance, HardlyChangesWithFlipsAndTurns) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Image image = i % 2 == 0 ? drawn_cell(i) : drawn_non_cell(i);
    const Appearance upright = appearance(image);
    for (const auto& [transpose, flip] : {std::pair{false, true}, {true, false}, {true, true}}) {
      const Appearance other = appearance(turned(image, transpose, flip));
      for (std::size_t d = 0; d < kAppearanceSize; ++d)
        EXPECT_NEAR(other[d], upright[d], 1e-3f * (1 + std::abs(upright[d])))
            << appearance_names()[d] << " of " << i;
    }
  }
}

TEST(Appearance, MeasuresARoundNucleus) {
  Image image = plain_thumbnail(kGround);
  add_ellipse(image, 0, 0, 18, 18, kCytoplasm);
  add_ellipse(image, 0, 6, 10, 10, kNucleus);
  const Appearance seen = appearance(image);
  EXPECT_NEAR(number(seen, "ground_red"), 248 / 255.0, 1e-6);
  EXPECT_NEAR(number(seen, "nucleus_size"), std::sqrt(M_PI * 100), 0.3);
  EXPECT_NEAR(number(seen, "nucleus_offset"), 6, 0.1);
  EXPECT_NEAR(number(seen, "nucleus_length"), 5, 0.1);  // half the radius
  EXPECT_NEAR(number(seen, "nucleus_roundness"), 1, 0.02);
  EXPECT_NEAR(number(seen, "nucleus_spread"), 1, 0.02);
  EXPECT_NEAR(number(seen, "nucleus_pieces"), 1, 0);
  EXPECT_NEAR(number(seen, "dark_elsewhere"), 0, 0);
  EXPECT_NEAR(number(seen, "nucleus_red"), std::log(249 / 81.0), 1e-4);
  EXPECT_NEAR(number(seen, "nucleus_blue"), std::log(201 / 131.0), 1e-4);
  EXPECT_NEAR(number(seen, "nucleus_red_std"), 0, 1e-3);
  EXPECT_NEAR(number(seen, "ring1_green"), std::log(227 / 166.0), 1e-4);
  EXPECT_NEAR(number(seen, "zone5_green"), 0, 1e-4);
}

TEST(Appearance, TellsShapesApart) {
  Image lobes = plain_thumbnail(kGround), elsewhere = plain_thumbnail(kGround),
        none = plain_thumbnail(kGround);
  add_ellipse(lobes, 0, -8, 6, 6, kNucleus);
  add_ellipse(lobes, 0, 8, 6, 6, kNucleus);
  EXPECT_EQ(number(appearance(lobes), "nucleus_pieces"), 2);
  EXPECT_LT(number(appearance(lobes), "nucleus_roundness"), 0.5f);
  EXPECT_GT(number(appearance(lobes), "nucleus_spread"), 2);

  add_ellipse(elsewhere, 24, 24, 5, 5, kNucleus);
  EXPECT_EQ(number(appearance(elsewhere), "nucleus_size"), 0);
  EXPECT_NEAR(number(appearance(elsewhere), "dark_elsewhere"), std::sqrt(M_PI * 25), 0.3);

  add_ellipse(none, 0, 0, 12, 12, {205, 170, 175});  // as pale as a red cell
  EXPECT_EQ(number(appearance(none), "nucleus_size"), 0);
  EXPECT_EQ(number(appearance(none), "dark_elsewhere"), 0);
}

TEST(Appearance, ForgivesADarkerLamp) {
  Image bright = plain_thumbnail(kGround),
        dark = plain_thumbnail({kGround[0] * 0.8, kGround[1] * 0.8, kGround[2] * 0.8});
  add_ellipse(bright, 0, 0, 12, 12, kNucleus);
  add_ellipse(dark, 0, 0, 12, 12, {kNucleus[0] * 0.8, kNucleus[1] * 0.8, kNucleus[2] * 0.8});
  const Appearance a = appearance(bright), b = appearance(dark);
  for (std::size_t d = 3; d < kAppearanceSize; ++d) EXPECT_NEAR(a[d], b[d], 0.02) << appearance_names()[d];
}

TEST(Appearance, WantsAThumbnail) { EXPECT_THROW(appearance(Image(32, 64)), Error); }

}  // namespace
}  // namespace giemsa
