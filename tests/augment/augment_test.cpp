#include "giemsa/augment/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "augment/made_image.h"
#include "giemsa/augment/policies.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/image/codec.h"
#include "giemsa/synth/synthesise.h"

namespace giemsa {
namespace {

using testing::made_image;

const AugmentOptions kNothing = find_policy("none");

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

/// Only this operation, always, at its default range or at this number.
AugmentOptions only(OperationId id) {
  AugmentOptions options = kNothing;
  options[id].probability = 1;
  return options;
}
AugmentOptions only(OperationId id, double number) {
  AugmentOptions options = kNothing;
  options[id] = {1, number, number};
  return options;
}

TEST(Augment, EachOperationChangesThePictureByItself) {
  const Image square = made_image(64);
  const Preprocess preprocess{.input_px = 64};
  const auto unchanged = plain(square, preprocess);
  for (const Operation& row : operations()) {
    // A picture of all levels already has their whole range.
    if (row.id == OperationId::Autocontrast) continue;
    const AugmentOptions options = only(row.id);
    int changed = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed)
      changed += view(square, options, preprocess, {seed}) != unchanged;
    EXPECT_GE(changed, row.kind == OperationKind::Levels ? 10 : 20) << row.name;  // 8 bits are all there are
    EXPECT_EQ(view(square, options, preprocess, {3}), view(square, options, preprocess, {3})) << row.name;
  }
  const Image narrow = testing::make_image(64, [](int x, int, int) { return 50 + x; });
  EXPECT_NE(view(narrow, only(OperationId::Autocontrast), preprocess, {1}), plain(narrow, preprocess));
}

TEST(Augment, ANeutralNumberChangesNothing) {
  using enum OperationId;
  const struct {
    OperationId id;
    double number;
    float tolerance;  // of normalised values; one level is 0.017
  } kCases[] = {{QuarterTurn, 0, 0}, {Rotate, 0, 0},     {ShearX, 0, 0},        {ShearY, 0, 0},
                {Zoom, 1, 0},        {TranslateX, 0, 0}, {TranslateY, 0, 0},    {Posterize, 8, 0},
                {Solarize, 256, 0},  {Sharpness, 1, 0},  {Blur, 0, 0},          {Standardise, 0, 0},
                {Stain, 0, 0},       {Gamma, 1, 0},      {Brightness, 1, 0},    {Contrast, 1, 0},
                {Saturation, 1, 0},  {Hue, 0, 0},        {GaussianNoise, 0, 0}, {ShotNoise, 0, 0},
                {Erase, 0, 0},       {Cutout, 0, 0}};
  const Image square = made_image(100);
  const Preprocess preprocess{.input_px = 48};
  const auto unchanged = plain(square, preprocess);
  for (const auto& [id, number, tolerance] : kCases) {
    const auto out = view(square, only(id, number), preprocess, {5});
    float worst = 0;
    for (std::size_t i = 0; i < out.size(); ++i) worst = std::max(worst, std::abs(out[i] - unchanged[i]));
    EXPECT_LE(worst, tolerance) << operation(id).name;
  }
}

TEST(Augment, FlipsAndQuarterTurnsMoveTheInputOfPrediction) {
  const Image square = made_image(100);
  const Preprocess preprocess{.input_px = 48};
  const auto unchanged = plain(square, preprocess);
  const auto at = [](const std::vector<float>& v, int x, int y) {
    return v[static_cast<std::size_t>(3 * (48 * y + x))];
  };
  const auto horizontal = view(square, only(OperationId::FlipHorizontal), preprocess, {1});
  const auto vertical = view(square, only(OperationId::FlipVertical), preprocess, {1});
  const auto turned = view(square, only(OperationId::QuarterTurn, 1), preprocess, {1});
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 48; ++x) {
      ASSERT_EQ(at(horizontal, x, y), at(unchanged, 47 - x, y));
      ASSERT_EQ(at(vertical, x, y), at(unchanged, x, 47 - y));
      ASSERT_EQ(at(turned, x, y), at(unchanged, 47 - y, x));
    }
  }
}

TEST(Augment, TurningOneOperationOffLeavesTheOthers) {
  // Noise and erasing of "full" are the same with and without brightness: the difference of the views is that
  // of brightness alone.
  const Image square = testing::make_image(64, [](int, int, int) { return 100; });
  const Preprocess preprocess{.input_px = 64, .mean = {0, 0, 0}, .std = {1, 1, 1}};
  AugmentOptions with = kNothing;
  with[OperationId::GaussianNoise] = {1, 0.02, 0.02};
  with[OperationId::Erase] = {1, 0.05, 0.2};
  AugmentOptions without = with;
  with[OperationId::Brightness] = {1, 1.2, 1.2};
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto a = view(square, with, preprocess, {seed}), b = view(square, without, preprocess, {seed});
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i] == 0 ? 0 : b[i] + 20 / 255.f, 1e-4);
  }
}

TEST(Augment, TakesOneNumberOfItsStream) {
  const Image square = made_image(32);
  std::vector<float> out(32 * 32 * 3);
  for (const char* name : {"none", "full", "augmix"}) {
    Random used({1}), fresh({1});
    augment(square, find_policy(name), {.input_px = 32}, used, out.data());
    fresh.bits();
    EXPECT_EQ(used.bits(), fresh.bits()) << name;
  }
}

TEST(Augment, EveryPolicyDrawsDifferentFiniteViews) {
  const Image square = made_image(120);
  const Preprocess preprocess{.input_px = 48};
  for (const Policy& policy : policies()) {
    std::set<std::vector<float>> views;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const auto out = view(square, find_policy(policy.name), preprocess, {seed});
      EXPECT_EQ(out, view(square, find_policy(policy.name), preprocess, {seed})) << policy.name;
      for (const float value : out) ASSERT_TRUE(std::isfinite(value)) << policy.name;
      views.insert(out);
    }
    // The schemes of the papers have Identity among their operations, which leaves the flips.
    EXPECT_GE(views.size(), policy.name == "none" ? 1 : 35) << policy.name;
    EXPECT_LE(views.size(), policy.name == "none" ? 1 : 40) << policy.name;
  }
}

TEST(Augment, ValuesStayInsideTheNormalisedRange) {
  const Image square = made_image(120);
  const Preprocess preprocess{.input_px = 48};
  AugmentOptions options;
  using enum OperationId;
  options[Gamma] = {0.5, 0.1, 10};
  options[Stain] = {0.5, 0, 0.5};
  options[Standardise] = {0.5, 0, 1};
  options[Brightness] = options[Contrast] = options[Saturation] = {1, 0, 4};
  options[Hue] = {1, -180, 180};
  options[GaussianNoise] = options[ShotNoise] = {0.5, 0, 1};
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto out = view(square, options, preprocess, {seed});
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t c = i % 3;
      ASSERT_GE(out[i], (0 - preprocess.mean[c]) / preprocess.std[c] - 1e-5f);
      ASSERT_LE(out[i], (1 - preprocess.mean[c]) / preprocess.std[c] + 1e-5f);
    }
  }
}

TEST(AugmentViews, AreOneCleanPictureAndItsMixes) {
  const Image square = made_image(100);
  const Preprocess preprocess{.input_px = 48};
  const std::size_t floats = 48 * 48 * 3;
  AugmentOptions options = find_policy("augmix");
  std::vector<float> out(3 * floats);
  Random random({1, 7});
  augment_views(square, options, preprocess, random, 3, out.data());
  const std::vector<float> clean(out.begin(), out.begin() + floats);
  // The clean view is what the same stream draws without the scheme.
  AugmentOptions each = options;
  each.scheme = "each";
  EXPECT_EQ(clean, view(square, each, preprocess, {1, 7}));
  EXPECT_FALSE(std::equal(clean.begin(), clean.end(), out.begin() + floats));
  EXPECT_FALSE(std::equal(out.begin() + floats, out.begin() + 2 * floats, out.begin() + 2 * floats));

  // Convex: a mix stays within the pictures' range, and a picture of one colour only leaves it by its
  // operations.
  for (std::size_t i = floats; i < out.size(); ++i) {
    const std::size_t c = i % 3;
    ASSERT_GE(out[i], (0 - preprocess.mean[c]) / preprocess.std[c] - 1e-4f);
    ASSERT_LE(out[i], (1 - preprocess.mean[c]) / preprocess.std[c] + 1e-4f);
  }

  // What is drawn beside the mix is the same in all views.
  options[OperationId::Erase] = {1, 0.1, 0.2};
  Random again({1, 7});
  augment_views(square, options, preprocess, again, 3, out.data());
  int erased = 0;
  for (std::size_t i = 0; i < floats; ++i) {
    if (out[i] != 0 || out[i] == clean[i]) continue;
    ++erased;
    EXPECT_EQ(out[floats + i], 0);
    EXPECT_EQ(out[2 * floats + i], 0);
  }
  EXPECT_GT(erased, 48 * 48 * 3 / 12);
}

TEST(AugmentViews, RefuseAnotherScheme) {
  const Image square = made_image(32);
  std::vector<float> out(32 * 32 * 3);
  Random random({1});
  EXPECT_THROW(augment_views(square, {}, {.input_px = 32}, random, 1, out.data()), Error);
  EXPECT_THROW(augment_views(square, find_policy("augmix"), {.input_px = 32}, random, 0, out.data()), Error);
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

}  // namespace
}  // namespace giemsa
