#include "giemsa/augment/schemes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "augment/golden_cases.h"
#include "augment/made_image.h"

namespace giemsa {
namespace {

using enum SchemeOperation;
using testing::augment_golden;
using testing::golden_cases;
using testing::golden_picture;
using testing::picture_of;

/// torchvision's words, in the order of SchemeOperation.
constexpr const char* kTorchNames[] = {"Identity",  "ShearX",     "ShearY",       "TranslateX", "TranslateY",
                                       "Rotate",    "Brightness", "Color",        "Contrast",   "Sharpness",
                                       "Posterize", "Solarize",   "AutoContrast", "Equalize"};

void expect_table(const std::vector<MagnitudeRow>& rows, const nlohmann::json& golden) {
  ASSERT_EQ(rows.size(), 14u);
  ASSERT_EQ(golden.size(), 14u);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(golden[i].at("operation"), kTorchNames[i]);
    EXPECT_EQ(static_cast<std::size_t>(rows[i].operation), i);
    EXPECT_EQ(rows[i].either_sign, golden[i].at("signed").get<bool>());
    const bool translates = rows[i].operation == TranslateX || rows[i].operation == TranslateY;
    for (int bin = 0; bin < kMagnitudeBins; ++bin) {
      double expected = golden[i].at("bins")[static_cast<std::size_t>(bin)];
      if (translates) expected = std::trunc(expected);  // as torchvision does where it applies it
      EXPECT_NEAR(magnitude(rows[i], bin), expected, 1e-4) << kTorchNames[i] << ", bin " << bin;
    }
  }
}

TEST(RandAugment, HasTorchvisionsMagnitudes) {
  expect_table(randaugment_table(96), augment_golden().at("randaugment"));
}

TEST(TrivialAugment, HasTorchvisionsMagnitudes) {
  expect_table(trivialaugment_table(), augment_golden().at("trivialaugment"));
}

TEST(RandAugment, DrawsItsCountAtOneMagnitudeFromAllOperations) {
  Random random({1});
  const auto rows = randaugment_table(96);
  std::map<SchemeOperation, int> seen;
  int negative = 0, with_sign = 0;
  const int n = 7000;
  for (int i = 0; i < n; ++i) {
    const auto steps = draw_randaugment({.count = 2, .magnitude = 9}, 96, random);
    ASSERT_EQ(steps.size(), 2u);
    for (const auto& [operation, number] : steps) {
      ++seen[operation];
      const MagnitudeRow& row = rows[static_cast<std::size_t>(operation)];
      EXPECT_EQ(row.either_sign ? std::abs(number) : number, magnitude(row, 9));
      if (row.either_sign) {
        ++with_sign;
        negative += number < 0;
      }
    }
  }
  EXPECT_EQ(seen.size(), 14u);
  for (const auto& [operation, times] : seen)
    EXPECT_NEAR(times, 2 * n / 14, 130);  // four standard deviations
  EXPECT_NEAR(negative, with_sign / 2, 200);
  EXPECT_EQ(draw_randaugment({.count = 5}, 96, random).size(), 5u);
}

TEST(TrivialAugment, DrawsEveryBinOfEveryOperation) {
  Random random({2});
  std::map<SchemeOperation, std::set<double>> numbers;
  for (int i = 0; i < 40000; ++i) {
    const auto [operation, number] = draw_trivialaugment(random);
    numbers[operation].insert(std::abs(number));
  }
  ASSERT_EQ(numbers.size(), 14u);
  for (const MagnitudeRow& row : trivialaugment_table()) {
    std::set<double> bins;
    for (int bin = 0; bin < kMagnitudeBins; ++bin) bins.insert(magnitude(row, bin));
    EXPECT_EQ(numbers.at(row.operation), bins) << kTorchNames[static_cast<std::size_t>(row.operation)];
  }
}

TEST(AugMix, HasItsPapersMagnitudes) {
  const struct {
    SchemeOperation operation;
    double level;
    int side;
    double expected;
  } kCases[] = {
      // int_parameter(level, most) = int(level · most / 10), float_parameter without int().
      {Posterize, 0.1, 96, 4}, {Posterize, 2.4, 96, 4},  {Posterize, 2.5, 96, 3},  {Posterize, 10, 96, 0},
      {Rotate, 0.1, 96, 0},    {Rotate, 3, 96, 9},       {Rotate, 10, 96, 30},     {Solarize, 0.1, 96, 254},
      {Solarize, 3, 96, 180},  {Solarize, 10, 96, 0},    {ShearX, 3, 96, 0.09},    {ShearY, 10, 96, 0.3},
      {TranslateX, 3, 96, 9},  {TranslateY, 10, 96, 32}, {TranslateX, 3, 224, 22}, {Autocontrast, 3, 96, 0},
      {Equalize, 3, 96, 0},
  };
  for (const auto& [operation, level, side, expected] : kCases)
    EXPECT_NEAR(augmix_magnitude(operation, level, side), expected, 1e-12)
        << kTorchNames[static_cast<std::size_t>(operation)] << " at " << level;
  const auto operations = augmix_operations();
  EXPECT_EQ(std::set(operations.begin(), operations.end()),
            (std::set{Autocontrast, Equalize, Posterize, Rotate, Solarize, ShearX, ShearY, TranslateX,
                      TranslateY}));
}

TEST(AugMix, DrawsWeightsThatSumToOneAndOneToThreeSteps) {
  Random random({3});
  std::map<std::size_t, int> depths;
  std::array<double, 3> mean_weight{};
  double mean_share = 0, mean_square = 0;
  const int n = 4000;
  for (int i = 0; i < n; ++i) {
    const AugMixDraw draw = draw_augmix({}, 96, random);
    ASSERT_EQ(draw.chains.size(), 3u);
    ASSERT_EQ(draw.weights.size(), 3u);
    EXPECT_NEAR(std::accumulate(draw.weights.begin(), draw.weights.end(), 0.0), 1, 1e-12);
    for (int k = 0; k < 3; ++k) mean_weight[k] += draw.weights[k] / n;
    EXPECT_GE(draw.share, 0);
    EXPECT_LE(draw.share, 1);
    mean_share += draw.share / n;
    mean_square += draw.share * draw.share / n;
    for (const auto& chain : draw.chains) {
      ++depths[chain.size()];
      for (const auto& [operation, number] : chain) {
        if (operation == Rotate) {
          EXPECT_LE(std::abs(number), 9);
        }
        if (operation == Posterize) {
          EXPECT_TRUE(number == 3 || number == 4);
        }
      }
    }
  }
  ASSERT_EQ(depths.size(), 3u);
  for (const std::size_t depth : {1, 2, 3}) EXPECT_NEAR(depths[depth], n, 210) << depth;
  for (const double mean : mean_weight) EXPECT_NEAR(mean, 1 / 3., 0.015);
  EXPECT_NEAR(mean_share, 0.5, 0.02);  // Beta(1, 1) is uniform
  EXPECT_NEAR(mean_square, 1 / 3., 0.02);
  const AugMixDraw narrow = draw_augmix({.width = 2, .depth = 4}, 96, random);
  ASSERT_EQ(narrow.chains.size(), 2u);
  for (const auto& chain : narrow.chains) EXPECT_EQ(chain.size(), 4u);
}

TEST(SchemeGeometry, IsTorchvisionsWithinThePicture) {
  const struct {
    SchemeOperation operation;
    std::size_t cases;
  } kCases[] = {{ShearX, 2}, {ShearY, 2}, {TranslateX, 2}, {TranslateY, 2}, {Rotate, 3}};
  for (const auto& [operation, count] : kCases) {
    const std::string name = kTorchNames[static_cast<std::size_t>(operation)];
    const auto cases = golden_cases(name);
    EXPECT_EQ(cases.size(), count);
    for (const auto& single : cases) {
      Image image = golden_picture();
      apply({operation, single.at("number")}, image);
      const Image expected = picture_of(single.at("pixels"));
      const std::string inside = single.at("inside");
      int worst = 0, compared = 0;
      for (std::size_t i = 0; i < image.bytes().size(); ++i) {
        if (inside[i / 3] != '1') continue;
        worst = std::max(worst, std::abs(image.bytes()[i] - expected.bytes()[i]));
        ++compared;
      }
      EXPECT_GT(compared, 200) << name;
      // Pillow's samples stand at any position and are cut, ours at 1/256 px with weights of 8 bits.
      EXPECT_LE(worst, 3) << name << ' ' << single.at("number");
    }
  }
}

}  // namespace
}  // namespace giemsa
