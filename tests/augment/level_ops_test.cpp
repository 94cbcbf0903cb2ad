#include "giemsa/augment/level_ops.h"

#include <gtest/gtest.h>

#include "augment/golden_cases.h"
#include "augment/made_image.h"
#include "giemsa/augment/neighbourhood.h"

namespace giemsa {
namespace {

using testing::dark_golden_picture;
using testing::golden_cases;
using testing::golden_picture;
using testing::largest_difference;
using testing::made_image;
using testing::picture_of;

struct LevelOp {
  const char* name;
  std::size_t cases;
  int tolerance;  // in levels
  void (*apply)(Image& image, double number);
};

TEST(LevelOps, ArePillows) {
  const LevelOp kOps[] = {
      {"autocontrast", 1, 0, [](Image& i, double) { level_ops::autocontrast(i); }},
      {"equalize", 1, 0, [](Image& i, double) { level_ops::equalize(i); }},
      {"posterize", 5, 0, [](Image& i, double bits) { level_ops::posterize(i, static_cast<int>(bits)); }},
      {"solarize", 6, 0, [](Image& i, double threshold) { level_ops::solarize(i, threshold); }},
      {"brightness", 5, 0, [](Image& i, double factor) { level_ops::brightness(i, factor); }},
      {"contrast", 5, 0, [](Image& i, double factor) { level_ops::contrast(i, factor); }},
      {"saturation", 5, 0, [](Image& i, double factor) { level_ops::saturation(i, factor); }},
      {"sharpness", 5, 0, [](Image& i, double factor) { level_ops::sharpness(i, factor); }},
      // numpy in double precision; OpenCV's kernel has 8 bits of fraction.
      {"blur", 3, 2, [](Image& i, double sigma) { blur(i, sigma); }},
      // The same library, but Pillow decodes with the faster of its transforms.
      {"jpeg", 3, 2, [](Image& i, double quality) { store_as_jpeg(i, static_cast<int>(quality)); }},
  };
  for (const auto& [name, count, tolerance, apply] : kOps) {
    const auto cases = golden_cases(name);
    EXPECT_EQ(cases.size(), count) << name;
    for (const auto& single : cases) {
      Image image = golden_picture();
      apply(image, single.at("number"));
      EXPECT_LE(largest_difference(image, picture_of(single.at("pixels"))), tolerance)
          << name << ' ' << single.at("number");
    }
  }
}

/// Where a product that is joined to its sum, as newer processors can, would be cut to another level.
TEST(LevelOps, ArePillowsOnDarkLevels) {
  const LevelOp kOps[] = {
      {"brightness_dark", 2, 0, level_ops::brightness},
      {"contrast_dark", 2, 0, level_ops::contrast},
      {"saturation_dark", 2, 0, level_ops::saturation},
      {"sharpness_dark", 2, 0, level_ops::sharpness},
  };
  for (const auto& [name, count, tolerance, apply] : kOps) {
    const auto cases = golden_cases(name);
    EXPECT_EQ(cases.size(), count) << name;
    for (const auto& single : cases) {
      Image image = dark_golden_picture();
      apply(image, single.at("number"));
      EXPECT_LE(largest_difference(image, picture_of(single.at("pixels"))), tolerance)
          << name << ' ' << single.at("number");
    }
  }
}

TEST(LevelOps, DoNothingAtTheirNeutralNumber) {
  const Image image = made_image(31);
  void (*const kNeutral[])(Image&) = {
      [](Image& i) { level_ops::posterize(i, 8); },
      [](Image& i) { level_ops::solarize(i, 256); },
      [](Image& i) { level_ops::brightness(i, 1); },
      [](Image& i) { level_ops::contrast(i, 1); },
      [](Image& i) { level_ops::saturation(i, 1); },
      [](Image& i) { level_ops::sharpness(i, 1); },
      [](Image& i) { blur(i, 0); },
  };
  for (std::size_t k = 0; k < std::size(kNeutral); ++k) {
    Image changed = image;
    kNeutral[k](changed);
    EXPECT_EQ(changed, image) << k;
  }
}

TEST(LevelOps, TakePicturesWithoutRange) {
  for (const int level : {0, 7, 255}) {
    const Image flat = testing::make_image(5, [&](int, int, int) { return level; });
    for (void (*apply)(Image&) : {level_ops::autocontrast, level_ops::equalize}) {
      Image image = flat;
      apply(image);
      EXPECT_EQ(image, flat) << level;
    }
  }
}

}  // namespace
}  // namespace giemsa
