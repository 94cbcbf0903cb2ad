#include "giemsa/stats/standardise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/stats/robust_bulk.h"

namespace giemsa {
namespace {

TEST(FeatureScales, AreMedianAndSpread) {
  // 0 … 100 and a constant; beside them one stray of 1,000 that is drawn in to 100.
  std::vector<float> values;
  for (int i = 0; i <= 100; ++i)
    values.insert(values.end(), {i == 100 ? 1000.f : static_cast<float>(i), 5.f});
  const FeatureScales scales = feature_scales({values.data(), 101, 2}, 0.03f);
  EXPECT_EQ(scales.median, (std::vector<float>{50, 5}));
  EXPECT_NEAR(scales.spread[0], 29.1, 0.1);
  EXPECT_NEAR(scales.spread[1], 2.91, 0.01);  // a tenth of what is usual
}

TEST(FeatureScales, RefuseWhatIsNotFinite) {
  const std::vector<float> values = {1, 2, 3, std::numeric_limits<float>::quiet_NaN()};
  try {
    feature_scales({values.data(), 2, 2}, 0);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Data);
    EXPECT_EQ(error.message(), "[inspect] feature 1 of record 1 is nan; features must be finite numbers");
  }
}

TEST(Standardised, BendsWhatLiesFarOut) {
  const std::vector<float> values = {10, 12, 1e9f};
  const auto out = standardised({values.data(), 3, 1}, {.median = {10}, .spread = {2}});
  EXPECT_EQ(out[0], 0);
  EXPECT_NEAR(out[1], 6 * std::tanh(1 / 6.0), 1e-6);
  EXPECT_EQ(out[2], 6);
}

TEST(Standardised, SetOfEqualRecordsIsZero) {
  const std::vector<float> values(20, 3.f);
  const FeatureMatrix features(values.data(), 10, 2);
  EXPECT_EQ(standardised(features, feature_scales(features, 0)), std::vector<float>(20, 0.f));
}

TEST(Reduced, KeepsTheDirectionsThatVaryMost) {
  // 300 features that follow 5 hidden numbers: nothing may be left out.
  constexpr std::size_t kRecords = 120, kFeatures = 300, kHidden = 5;
  Random random({3});
  std::vector<double> mixing(kHidden * kFeatures);
  for (double& m : mixing) m = random.normal();
  std::vector<float> values;
  for (std::size_t i = 0; i < kRecords; ++i) {
    std::array<double, kHidden> hidden;
    for (double& h : hidden) h = random.normal();
    for (std::size_t d = 0; d < kFeatures; ++d) {
      double value = 0;
      for (std::size_t h = 0; h < kHidden; ++h) value += hidden[h] * mixing[h * kFeatures + d];
      values.push_back(static_cast<float>(0.001 * value));  // so small that nothing is bent
    }
  }
  const FeatureMatrix features(values.data(), kRecords, kFeatures);
  const FeatureScales scales{.median = std::vector<float>(kFeatures, 0.f),
                             .spread = std::vector<float>(kFeatures, 1.f)};
  const auto out = reduced(features, scales);
  ASSERT_EQ(out.size(), kRecords * (kMostComponents + 1));
  for (std::size_t i = 0; i < kRecords; ++i) EXPECT_LT(out[i * 65 + 64], 1e-4) << i;
  // Distances between records are kept.
  double before = 0, after = 0;
  for (std::size_t d = 0; d < kFeatures; ++d) before += std::pow(values[d] - values[kFeatures + d], 2);
  for (std::size_t d = 0; d < kMostComponents; ++d) after += std::pow(out[d] - out[65 + d], 2);
  EXPECT_NEAR(after / before, 1, 1e-3);
  EXPECT_EQ(out, reduced(features, scales));
}

}  // namespace
}  // namespace giemsa
