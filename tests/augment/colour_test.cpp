#include "giemsa/augment/colour.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "augment/golden_cases.h"
#include "augment/made_image.h"
#include "giemsa/augment/noise.h"

namespace giemsa {
namespace {

using testing::made_image;
using Rgb = std::array<double, 3>;

/// Normalisation under which the output is the level 0…255 itself.
const Preprocess kLevels{.mean = {0, 0, 0}, .std = {1 / 255.f, 1 / 255.f, 1 / 255.f}};

std::vector<float> recoloured(ImageView image, const ColourChange& change,
                              const Preprocess& preprocess = kLevels) {
  std::vector<float> out(static_cast<std::size_t>(image.width) * image.height * 3);
  recolour_and_normalise(image, change, preprocess, out.data());
  return out;
}

double grey(const Rgb& p) { return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]; }

/// The change of one pixel step by step, without matrices.
Rgb changed(Rgb p, const ColourChange& change, const Rgb& mean) {
  for (double& v : p) v *= change.brightness;
  for (double& v : p)
    v = (v - change.brightness * grey(mean)) * change.contrast + change.brightness * grey(mean);
  const double y = grey(p);
  for (double& v : p) v = y + (v - y) * change.saturation;
  // Rodrigues: v cos + (k × v) sin + k (k · v) (1 - cos) with k = (1, 1, 1) / √3.
  const double angle = change.hue_deg * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const double third = (p[0] + p[1] + p[2]) / 3;
  const Rgb cross{p[2] - p[1], p[0] - p[2], p[1] - p[0]};
  for (int i = 0; i < 3; ++i) p[i] = p[i] * c + cross[i] / std::sqrt(3.0) * s + third * (1 - c);
  return p;
}

Rgb mean_of(const Image& image) {
  Rgb mean{};
  for (std::size_t i = 0; i < image.bytes().size(); ++i) mean[i % 3] += image.bytes()[i];
  for (double& m : mean) m /= image.width() * image.height();
  return mean;
}

TEST(Recolour, IsTheFormulaAtEveryPixel) {
  const ColourChange kChanges[] = {
      {},
      {.brightness = 0.85},
      {.contrast = 1.15},
      {.saturation = 0},
      {.saturation = 1.4},
      {.hue_deg = 6},
      {.hue_deg = -120},
      {.brightness = 1.15, .contrast = 0.85, .saturation = 1.15, .hue_deg = -6},
      {.brightness = 1.9, .contrast = 1.9, .saturation = 1.9, .hue_deg = 170},  // many values are cut
  };
  const Image image = made_image(24);
  const Rgb mean = mean_of(image);
  const Preprocess preprocess;
  for (const ColourChange& change : kChanges) {
    const std::vector<float> out = recoloured(image, change, preprocess);
    double worst = 0;
    for (std::size_t i = 0; i < out.size(); i += 3) {
      const std::uint8_t* in = image.pixels() + i;
      const Rgb expected = changed({double(in[0]), double(in[1]), double(in[2])}, change, mean);
      for (int c = 0; c < 3; ++c) {
        const double level = std::clamp(expected[c], 0.0, 255.0);
        worst =
            std::max(worst, std::abs(out[i + c] - (level / 255 - preprocess.mean[c]) / preprocess.std[c]));
      }
    }
    EXPECT_LE(worst, 1e-5) << change.brightness << ' ' << change.contrast << ' ' << change.saturation << ' '
                           << change.hue_deg;
  }
}

TEST(Recolour, IsPillowsImageEnhanceButForItsRounding) {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "pillow_colour.json");
  const nlohmann::json golden = nlohmann::json::parse(file);
  const std::vector<int> pixels = golden.at("pixels");
  const int side = golden.at("side");
  Image image(side, side);
  std::copy(pixels.begin(), pixels.end(), image.pixels());
  ASSERT_EQ(golden.at("cases").size(), 18u);
  for (const auto& single : golden.at("cases")) {
    const std::string field = single.at("field");
    ColourChange change;
    (field == "brightness" ? change.brightness
     : field == "contrast" ? change.contrast
                           : change.saturation) = single.at("factor");
    const std::vector<float> out = recoloured(image, change);
    const std::vector<double> expected = single.at("pixels");
    double worst = 0;
    for (std::size_t i = 0; i < out.size(); ++i) worst = std::max(worst, std::abs(out[i] - expected[i]));
    // Pillow truncates the result, and rounds the grey that it mixes in.
    EXPECT_LT(worst, 1 + 0.5 * std::abs(1 - single.at("factor").get<double>()) + 1e-3)
        << single.dump().substr(0, 60);
  }
}

TEST(Recolour, LevelsKeepTheirBoundsAndRowsTheirPlace) {
  Image image = made_image(20);
  const ImageView inner = image.view().crop(3, 5, 8, 8);
  const std::vector<float> out = recoloured(inner, {.contrast = 5, .saturation = 3});
  EXPECT_EQ(*std::min_element(out.begin(), out.end()), 0);
  EXPECT_FLOAT_EQ(*std::max_element(out.begin(), out.end()), 255);
  const std::vector<float> same = recoloured(inner, {});
  for (int y = 0; y < 8; ++y) {
    for (int i = 0; i < 24; ++i) EXPECT_NEAR(same[y * 24 + i], inner.row(y)[i], 1e-4);
  }
}

std::array<double, 3> transformed(const std::array<double, 12>& m, const Rgb& p) {
  Rgb out;
  for (int i = 0; i < 3; ++i)
    out[i] = m[4 * i] * p[0] + m[4 * i + 1] * p[1] + m[4 * i + 2] * p[2] + m[4 * i + 3];
  return out;
}

void expect_near(const Rgb& got, const Rgb& expected, const char* what) {
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(got[c], expected[c], 1e-9) << what << ", channel " << c;
}

TEST(ColourMatrix, KeepsWhatEachChangePromisesToKeep) {
  const Rgb mean{180, 120, 200}, pixel{200, 30, 90};
  const Rgb grey_pixel{77, 77, 77};
  expect_near(transformed(ColourChange{}.matrix(mean), pixel), pixel, "nothing");
  expect_near(transformed(ColourChange{.brightness = 0.5}.matrix(mean), pixel), {100, 15, 45}, "brightness");
  const double g = grey(mean);
  expect_near(transformed(ColourChange{.contrast = 1.7}.matrix(mean), {g, g, g}), {g, g, g},
              "contrast, the mean grey");
  expect_near(transformed(ColourChange{.contrast = 0}.matrix(mean), pixel), {g, g, g}, "no contrast");
  EXPECT_NEAR(grey(transformed(ColourChange{.contrast = 1.7}.matrix(mean), mean)), g, 1e-9)
      << "contrast, grey of the mean";
  for (const double factor : {0.0, 0.4, 1.6}) {
    const auto m = ColourChange{.saturation = factor}.matrix(mean);
    EXPECT_NEAR(grey(transformed(m, pixel)), grey(pixel), 1e-9) << "saturation keeps the grey";
    expect_near(transformed(m, grey_pixel), grey_pixel, "saturation of grey");
  }
  for (const double angle : {-6.0, 45.0, 180.0}) {
    const auto m = ColourChange{.hue_deg = angle}.matrix(mean);
    const Rgb turned = transformed(m, pixel);
    expect_near(transformed(m, grey_pixel), grey_pixel, "hue of grey");
    EXPECT_NEAR(turned[0] + turned[1] + turned[2], 320, 1e-9) << "hue keeps the sum";
    EXPECT_NEAR(std::hypot(turned[0], turned[1], turned[2]), std::hypot(200.0, 30.0, 90.0), 1e-9)
        << "and the length";
  }
  expect_near(transformed(ColourChange{.hue_deg = 120}.matrix(mean), pixel), {90, 200, 30},
              "red becomes green");
  expect_near(transformed(ColourChange{.hue_deg = -120}.matrix(mean), pixel), {30, 90, 200},
              "red becomes blue");
  // In this order: brightness, then contrast about the brightened mean.
  const auto both = ColourChange{.brightness = 0.5, .contrast = 2}.matrix(mean);
  expect_near(transformed(both, {g, g, g}), {g / 2, g / 2, g / 2}, "brightness, then contrast");
}

TEST(Recolour, GammaAndStainAreNumpys) {
  const auto expect_levels = [](const ColourChange& change, const nlohmann::json& single, double tolerance) {
    const std::vector<float> out = recoloured(testing::golden_picture(), change);
    const std::vector<double> expected = single.at("levels");
    ASSERT_EQ(out.size(), expected.size());
    double worst = 0;
    for (std::size_t i = 0; i < out.size(); ++i) worst = std::max(worst, std::abs(out[i] - expected[i]));
    EXPECT_LT(worst, tolerance) << single.dump().substr(0, 60);
  };
  const auto gammas = testing::golden_cases("gamma"), stains = testing::golden_cases("stain");
  ASSERT_EQ(gammas.size(), 3u);
  ASSERT_EQ(stains.size(), 3u);
  for (const auto& single : gammas) expect_levels({.gamma = single.at("number")}, single, 0.006);
  for (const auto& single : stains)
    expect_levels({.stain = {.scale = single.at("scale"), .shift = single.at("shift")}}, single, 0.01);
}

TEST(Recolour, GammaWorksBeforeTheStain) {
  // Raising light to a power scales its densities, but for the level added to keep logarithms finite.
  const Image image = testing::golden_picture();
  const std::vector<float> both = recoloured(image, {.gamma = 1.2, .stain = {.scale = {1.2, 1.2, 1.2}}});
  const std::vector<float> power = recoloured(image, {.gamma = 1.44});
  for (std::size_t i = 0; i < both.size(); ++i) EXPECT_NEAR(both[i], power[i], 1.5);
}

TEST(Recolour, StandardisingMovesTheGroundToItsReference) {
  // Three quarters of dark cell, one quarter of ground.
  const Image image = testing::make_image(16, [](int x, int y, int c) {
    const int ground[] = {200, 180, 230};
    return x < 8 && y < 8 ? ground[c] : ground[c] / 2 - 10 * (x % 3);
  });
  EXPECT_EQ(clear_ground(image), (Rgb{200, 180, 230}));
  const std::vector<float> whole = recoloured(image, {.standardise = 1});
  const std::vector<float> half = recoloured(image, {.standardise = 0.5});
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(whole[c], kReferenceGround[c], 0.01);
    EXPECT_NEAR(half[c], std::sqrt(kReferenceGround[c] * image.row(0)[c]), 0.01)
        << "half of the way in density";
    EXPECT_NEAR(whole[3 * 8 + c], image.row(0)[3 * 8 + c] * kReferenceGround[c] / image.row(0)[c], 0.01);
  }
}

/// Mean and standard deviation.
std::pair<double, double> moments(const std::vector<float>& values) {
  double sum = 0, squares = 0;
  for (const float v : values) {
    sum += v;
    squares += double{v} * v;
  }
  const double n = static_cast<double>(values.size()), mean = sum / n;
  return {mean, std::sqrt(squares / n - mean * mean)};
}

TEST(Noise, HasItsSpreadAndNoDrift) {
  const struct {
    ColourChange change;
    int level;
    double sd;
  } kCases[] = {
      {{.noise_sd = 0.04, .noise_key = 1}, 128, 255 * 0.04},
      {{.noise_sd = 0.01, .noise_key = 2}, 30, 2.55},
      {{.shot_noise_sd = 0.04, .noise_key = 3}, 128, 255 * 0.04 * std::sqrt(128 / 255.0)},
      {{.shot_noise_sd = 0.04, .noise_key = 4}, 32, 255 * 0.04 * std::sqrt(32 / 255.0)},
      {{.noise_sd = 0.03, .shot_noise_sd = 0.04, .noise_key = 5},
       128,
       255 * std::hypot(0.03, 0.04 * std::sqrt(128 / 255.0))},
  };
  for (const auto& [change, level, sd] : kCases) {
    const auto [mean, spread] =
        moments(recoloured(testing::make_image(96, [&](int, int, int) { return level; }), change));
    EXPECT_NEAR(mean, level, 0.03 * sd);
    EXPECT_NEAR(spread, sd, 0.03 * sd);
  }
  const Image grey = testing::make_image(32, [](int, int, int) { return 100; });
  EXPECT_NE(recoloured(grey, {.noise_sd = 0.1, .noise_key = 1}),
            recoloured(grey, {.noise_sd = 0.1, .noise_key = 2}));
}

TEST(CounterNormal, IsNearlyNormal) {
  const int n = 200'000;
  const double kQuantiles[][2] = {{-2.326, 0.01}, {-1.645, 0.05}, {-0.674, 0.25},
                                  {0, 0.5},       {1.282, 0.9},   {2.326, 0.99}};
  std::array<int, 6> below{};
  double products = 0;
  float previous = 0;
  for (int i = 0; i < n; ++i) {
    const float value = counter_normal(9, static_cast<std::uint32_t>(i));
    for (int q = 0; q < 6; ++q) below[q] += value < kQuantiles[q][0];
    products += value * previous / n;
    previous = value;
  }
  for (int q = 0; q < 6; ++q) EXPECT_NEAR(below[q] / double{n}, kQuantiles[q][1], 0.01);
  EXPECT_NEAR(products, 0, 0.01) << "neighbours do not know each other";
}

TEST(DensityChange, RaisesDensitiesAboutThatOfPaleCytoplasm) {
  const auto density = [](double level) { return -std::log10((level + 1) / 256); };
  const DensityChange change{.factor = {2, 1, 0.5}, .exponent = {1, 0.5, 3}};
  EXPECT_FALSE(change.is_identity());
  for (const double level : {0.0, 40.0, 128.0, 200.0, 254.0}) {
    const double d = density(level);
    EXPECT_NEAR(DensityChange{}.changed(1, level), level, 1e-9);
    EXPECT_NEAR(change.changed(0, level), std::max(0.0, 256 * std::pow(10, -2 * d) - 1), 1e-9);
    EXPECT_NEAR(density(change.changed(1, level)), std::sqrt(0.15 * d), 1e-9);
    EXPECT_NEAR(density(change.changed(2, level)), std::min(0.5 * d * d * d / 0.0225, density(0)), 1e-9);
  }
  for (int c = 0; c < 3; ++c) EXPECT_EQ(change.changed(c, 255), 255) << "clear ground stays clear";

  const Image image = made_image(24);
  const std::vector<float> out = recoloured(image, {.density = change});
  for (std::size_t i = 0; i < out.size(); ++i)
    EXPECT_NEAR(out[i], change.changed(static_cast<int>(i % 3), image.bytes()[i]), 1e-3);
}

TEST(Deepened, TakesPaleNucleiToTheReferenceAndLeavesDeepOnes) {
  // A picture in standard colours: clear ground, and a nucleus of this red density on a tenth of it.
  const auto with_nucleus = [](double density) {
    const int red = static_cast<int>(std::lround(256 * std::pow(10, -density) - 1));
    return testing::make_image(40, [=](int x, int y, int c) {
      const bool nucleus = x < 16 && y < 10;
      return nucleus ? (c == 0 ? red : 100) : std::array{253, 228, 202}[static_cast<std::size_t>(c)];
    });
  };
  const auto red_density = [](const Image& image) { return -std::log10((image.pixels()[0] + 1) / 256.0); };
  for (const double density : {0.3, 0.4, 0.54}) {
    const Image deeper = deepened(with_nucleus(density));
    EXPECT_NEAR(red_density(deeper), kReferenceDepth, 0.01) << density;
    EXPECT_EQ(deeper.pixels()[2], 100) << "blue stays";
    EXPECT_GE(deeper.row(39)[0], 253) << "clear ground stays clear";
  }
  const double palest = red_density(deepened(with_nucleus(0.2)));
  EXPECT_NEAR(palest, 0.15 * std::pow(0.2 / 0.15, 2.2), 0.01) << "the exponent is bounded";
  const Image deep = with_nucleus(0.7), same = deepened(deep);
  EXPECT_TRUE(std::ranges::equal(same.bytes(), deep.bytes()));
  for (const int level : {0, 255}) {
    const Image even = testing::make_image(8, [=](int, int, int) { return level; });
    EXPECT_EQ(deepened(even).pixels()[0], level) << "nothing to deepen";
  }
}

TEST(DrawPowers, LieBetweenOneAndTheSquare) {
  Random random({4});
  double least = 1, sum = 0;
  for (int i = 0; i < 3000; ++i) {
    for (const double power : draw_powers(0.5, random)) {
      EXPECT_GE(power, 0.25);
      EXPECT_LE(power, 1);
      least = std::min(least, power);
      sum += std::log2(power) / 9000;
    }
  }
  EXPECT_LT(least, 0.251);
  EXPECT_NEAR(sum, -1, 0.02) << "the number itself in the middle";
}

TEST(DrawStain, KeepsToItsStrength) {
  Random random({4});
  double most = 0, mean = 0;
  for (int i = 0; i < 3000; ++i) {
    const StainChange change = draw_stain(0.1, random);
    for (int k = 0; k < 3; ++k) {
      EXPECT_LE(std::abs(change.scale[k] - 1), 0.1);
      EXPECT_LE(std::abs(change.shift[k]), 0.1);
      most = std::max({most, change.scale[k] - 1, change.shift[k]});
      mean += change.shift[k] / 9000;
    }
  }
  EXPECT_GT(most, 0.0995);
  EXPECT_NEAR(mean, 0, 0.003);
  EXPECT_TRUE(draw_stain(0, random).is_identity());
  const auto m = StainChange{}.matrix();
  for (int i = 0; i < 12; ++i) EXPECT_NEAR(m[i], i % 5 == 0 ? 1 : 0, 1e-12);
}

}  // namespace
}  // namespace giemsa
