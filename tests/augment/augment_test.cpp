#include "giemsa/augment/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "augment/made_image.h"
#include "giemsa/core/file.h"
#include "giemsa/image/codec.h"
#include "giemsa/synth/synthesise.h"

namespace giemsa {
namespace {

using testing::made_image;

constexpr AugmentOptions kNothing{.flip_horizontal = false,
                                  .flip_vertical = false,
                                  .rotation_deg = 0,
                                  .scale = 1,
                                  .shift_frac = 0,
                                  .brightness = 0,
                                  .contrast = 0,
                                  .saturation = 0,
                                  .hue_deg = 0};

std::vector<float> view(ImageView square, const AugmentOptions& options, const Preprocess& preprocess,
                        std::initializer_list<std::uint64_t> keys) {
  Random random(keys);
  std::vector<float> out(static_cast<std::size_t>(preprocess.input_px * preprocess.input_px * 3));
  augment(square, options, preprocess, random, out.data());
  return out;
}

std::vector<float> plain(ImageView square, const Preprocess& preprocess) {
  std::vector<float> out(static_cast<std::size_t>(preprocess.input_px * preprocess.input_px * 3));
  normalise(crop_and_resize(square, preprocess), preprocess, out.data());
  return out;
}

TEST(Augment, WithEverythingOffIsTheRoadOfPredictionBitForBit) {
  for (const int side : {30, 96, 200, 363}) {
    const Image square = made_image(side);
    for (const std::int64_t input_px : {64, 96, 200}) {
      for (const std::uint64_t seed : {1, 2, 3}) {
        const Preprocess preprocess{.input_px = input_px};
        EXPECT_EQ(view(square, kNothing, preprocess, {seed}), plain(square, preprocess))
            << side << " → " << input_px;
      }
    }
  }
}

TEST(Augment, TheSameStreamIsTheSameView) {
  const Image square = made_image(100);
  const Preprocess preprocess{.input_px = 64};
  const auto first = view(square, {}, preprocess, {1, 2, 3});
  EXPECT_EQ(view(square, {}, preprocess, {1, 2, 3}), first);
  EXPECT_NE(view(square, {}, preprocess, {1, 2, 4}), first);
  EXPECT_NE(view(square, {}, preprocess, {2, 2, 3}), first);
}

TEST(Augment, EachPartChangesThePictureByItself) {
  const Image square = made_image(64);
  const Preprocess preprocess{.input_px = 64};
  const auto unchanged = plain(square, preprocess);
  const struct {
    const char* part;
    void (*turn_on)(AugmentOptions&);
  } kCases[] = {
      {"flip_horizontal", [](AugmentOptions& o) { o.flip_horizontal = true; }},
      {"flip_vertical", [](AugmentOptions& o) { o.flip_vertical = true; }},
      {"rotation_deg", [](AugmentOptions& o) { o.rotation_deg = 20; }},
      {"scale", [](AugmentOptions& o) { o.scale = 1.2; }},
      {"shift_frac", [](AugmentOptions& o) { o.shift_frac = 0.1; }},
      {"brightness", [](AugmentOptions& o) { o.brightness = 0.2; }},
      {"contrast", [](AugmentOptions& o) { o.contrast = 0.2; }},
      {"saturation", [](AugmentOptions& o) { o.saturation = 0.2; }},
      {"hue_deg", [](AugmentOptions& o) { o.hue_deg = 10; }},
  };
  for (const auto& [part, turn_on] : kCases) {
    AugmentOptions options = kNothing;
    turn_on(options);
    int changed = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed)
      changed += view(square, options, preprocess, {seed}) != unchanged;
    const bool flip = std::string_view(part).starts_with("flip");
    EXPECT_EQ(changed == 20, !flip) << part;  // a flip comes every second time
    EXPECT_GE(changed, 4) << part;
  }
}

TEST(Augment, ValuesStayInsideTheNormalisedRange) {
  const Image square = made_image(120);
  const Preprocess preprocess{.input_px = 48};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto out =
        view(square, {.brightness = 1, .contrast = 1, .saturation = 1, .hue_deg = 180}, preprocess, {seed});
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t c = i % 3;
      ASSERT_GE(out[i], (0 - preprocess.mean[c]) / preprocess.std[c] - 1e-5f);
      ASSERT_LE(out[i], (1 - preprocess.mean[c]) / preprocess.std[c] + 1e-5f);
    }
  }
}

TEST(Augment, DrawnCellsStayCellsUnderTheDefaults) {
  // The views of a picture stay nearer to it than a flat picture of its mean is far: the cell is still there.
  const TemporaryFolder folder;
  synthesise(folder.path() / "cells", {.per_class = 1, .size_px = 128});
  const Preprocess preprocess{.input_px = 64, .mean = {0, 0, 0}, .std = {1, 1, 1}};
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!has_image_extension(entry.path())) continue;
    const Image square = read_image(entry.path());
    const auto spread = [](const std::vector<float>& v) {
      double sum = 0, squares = 0;
      for (const float x : v) {
        sum += x;
        squares += double{x} * x;
      }
      const auto n = static_cast<double>(v.size());
      return std::pair(sum / n, std::sqrt(squares / n - sum / n * sum / n));
    };
    const auto [mean, sd] = spread(plain(square, preprocess));
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const auto [view_mean, view_sd] = spread(view(square, {}, preprocess, {seed}));
      EXPECT_NEAR(view_mean, mean, 0.2) << entry.path();
      EXPECT_NEAR(view_sd / sd, 1, 0.5) << entry.path();
    }
    ++seen;
  }
  EXPECT_EQ(seen, 8);
}

TEST(AugmentOptions, AreDescribedWithTheirRanges) {
  AugmentOptions options;
  const DescribeFunction describer = [&](OptionVisitor& visit) { describe(visit, options); };
  apply_toml(describer, "rotation_deg = 12\nflip_vertical = false\nscale = 1", "x.toml");
  EXPECT_EQ(options.rotation_deg, 12);
  EXPECT_FALSE(options.flip_vertical);
  EXPECT_EQ(options.scale, 1);
  for (const char* setting :
       {"rotation_deg=181", "rotation_deg=-1", "scale=0.9", "scale=5", "shift_frac=0.6", "hue_deg=-1",
        "brightness=1.1", "contrast=-0.1", "saturation=2", "flip_vertical=2"}) {
    EXPECT_THROW(apply_setting(describer, setting), std::exception) << setting;
  }
}

}  // namespace
}  // namespace giemsa
