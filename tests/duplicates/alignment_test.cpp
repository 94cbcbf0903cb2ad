#include "giemsa/duplicates/alignment.h"

#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/duplicates/lucas_kanade.h"

namespace giemsa {
namespace {

/// A made-up picture, known at every place (x, y) in shares of its sides: waves that are alike nowhere.
double level_at(double x, double y, int kind) {
  return 128 + 50 * std::sin(7 * x + 3 * y * y + kind) + 30 * std::cos(11 * y - 5 * x * y + 2 * kind) +
         20 * std::sin(23 * x * (1 + y) + 17 * y);
}

/// What a placement shows of it.
Fingerprint picture(int kind, const Placement& p = {}) {
  Fingerprint made;
  made.colour[0].fill(150);
  made.colour[1].fill(120);
  for (int y = 0; y < kFingerprintPx; ++y)
    for (int x = 0; x < kFingerprintPx; ++x) {
      const double u = (x + 0.5) / kFingerprintPx - 0.5, v = (y + 0.5) / kFingerprintPx - 0.5;
      made.luma[y * kFingerprintPx + x] = static_cast<std::uint8_t>(
          std::lround(level_at(p.x + p.stretch_x * u, p.y + p.stretch_y * v, kind)));
    }
  return made;
}

Plane<kFingerprintPx> plane_of(const Fingerprint& print) {
  Plane<kFingerprintPx> plane;
  std::ranges::copy(print.luma, plane.begin());
  return plane;
}

TEST(LucasKanade, FindsThePlaceFromNearby) {
  for (const Placement& p : {Placement{.5f, 1, .5f, 1}, Placement{.53f, .9f, .48f, .94f},
                             Placement{.46f, .92f, .5f, .86f}, Placement{.47f, 1.04f, .52f, .98f}}) {
    const Aligned found =
        align<32>(plane_of(picture(1)), plane_of(picture(1, p)), {.5f, .95f, .5f, .95f}, 12, 0.3f, 0.9f);
    EXPECT_GT(found.correlation, 0.99f);
    EXPECT_NEAR(found.placement.x, p.x, 0.005);
    EXPECT_NEAR(found.placement.stretch_x, p.stretch_x, 0.015);
    EXPECT_NEAR(found.placement.y, p.y, 0.005);
    EXPECT_NEAR(found.placement.stretch_y, p.stretch_y, 0.015);
  }
}

TEST(LucasKanade, CorrelationIsThatOfTheOverlap) {
  const auto plane = plane_of(picture(1));
  auto reversed = plane, lit = plane;
  for (float& value : reversed) value = 255 - value;
  for (float& value : lit) value = 0.7f * value + 20;
  EXPECT_NEAR(correlation_at<32>(plane, plane, {}), 1, 1e-5);
  EXPECT_NEAR(correlation_at<32>(plane, lit, {}), 1, 1e-5);
  EXPECT_NEAR(correlation_at<32>(plane, reversed, {}), -1, 1e-5);
  EXPECT_EQ(correlation_at<32>(plane, plane, {.95f, 1, .95f, 1}), 0);  // a third of it overlaps
  Plane<32> blank;
  blank.fill(90);
  EXPECT_EQ(correlation_at<32>(plane, blank, {}), 0);
}

TEST(Fitter, FitsWhatIsTurnedAndCut) {
  const Fingerprint base = picture(1);
  const Window window{.08f, .08f, .08f, .08f};
  for (int s = 0; s < kSymmetryCount; ++s) {
    const auto symmetry = static_cast<Symmetry>(s);
    Fingerprint cut = picture(1, {.52f, .86f, .49f, .82f});
    const auto plane = turned<kFingerprintPx>(plane_of(cut), symmetry);
    for (std::size_t i = 0; i < plane.size(); ++i) cut.luma[i] = static_cast<std::uint8_t>(plane[i]);
    const Fit fit = Fitter(base, window).fit(cut);
    EXPECT_GT(fit.similarity, 0.97f) << symmetry_name(symmetry);
    EXPECT_EQ(fit.symmetry, inverse(symmetry)) << symmetry_name(symmetry);
  }
}

TEST(Fitter, FitsNeitherOthersNorBlanks) {
  const Fingerprint base = picture(1);
  Fingerprint blank = base, other_colour = base;
  blank.luma.fill(128);
  other_colour.colour[0].fill(210);
  EXPECT_EQ(Fitter(base, {}).fit(base).similarity, 1.f);
  EXPECT_EQ(Fitter(base, {}).fit(picture(2)).similarity, 0.f);
  EXPECT_EQ(Fitter(base, {}).fit(blank).similarity, 0.f);
  EXPECT_EQ(Fitter(blank, {}).fit(base).similarity, 0.f);
  EXPECT_EQ(Fitter(blank, {}).fit(blank).similarity, 0.f);
  EXPECT_EQ(Fitter(base, {}).fit(other_colour).similarity, 0.f);
}

}  // namespace
}  // namespace giemsa
