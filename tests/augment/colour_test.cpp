#include "giemsa/augment/colour.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "augment/made_image.h"

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

TEST(DrawColour, StaysInsideItsOptionsAndFillsThem) {
  const AugmentOptions options{.brightness = 0.1, .contrast = 0.2, .saturation = 0.3, .hue_deg = 4};
  Random random({2});
  std::array<double, 4> least{9, 9, 9, 9}, most{-9, -9, -9, -9};
  for (int i = 0; i < 2000; ++i) {
    const ColourChange c = draw_colour(options, random);
    const double values[] = {c.brightness - 1, c.contrast - 1, c.saturation - 1, c.hue_deg};
    for (int k = 0; k < 4; ++k) {
      least[k] = std::min(least[k], values[k]);
      most[k] = std::max(most[k], values[k]);
    }
  }
  const double limits[] = {0.1, 0.2, 0.3, 4};
  for (int k = 0; k < 4; ++k) {
    EXPECT_NEAR(least[k], -limits[k], 0.01 * limits[k]) << k;
    EXPECT_NEAR(most[k], limits[k], 0.01 * limits[k]) << k;
    EXPECT_LE(most[k], limits[k] + 1e-12) << k;
    EXPECT_GE(least[k], -limits[k] - 1e-12) << k;
  }
}

}  // namespace
}  // namespace giemsa
