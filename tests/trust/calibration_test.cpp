#include "giemsa/trust/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "giemsa/core/error.h"
#include "trust/formula.h"
#include "trust/golden.h"

namespace giemsa {
namespace {

using testing::formula_labels;
using testing::formula_logits;

TEST(Calibration, EqualsPyTorch) {
  const auto cases = testing::golden("calibration");
  ASSERT_EQ(cases.size(), 2u);
  for (const auto& expected : cases) {
    const auto count = expected["count"].get<std::size_t>();
    const int classes = expected["classes"];
    const auto logits = formula_logits(count, classes);
    const auto labels = formula_labels(count, classes);
    const Calibration temperature = temperature_scaling(logits, labels, classes);
    const Calibration vector = vector_scaling(logits, labels, classes);
    ASSERT_EQ(vector.scale.size(), static_cast<std::size_t>(classes));
    for (std::size_t c = 0; c < vector.scale.size(); ++c) {
      EXPECT_NEAR(temperature.scale[c], expected["temperature_scale"].get<double>(), 1e-7);
      EXPECT_EQ(temperature.shift[c], 0);
      EXPECT_NEAR(vector.scale[c], expected["vector_scale"][c].get<double>(), 1e-6);
      EXPECT_NEAR(vector.shift[c], expected["vector_shift"][c].get<double>(), 1e-6);
    }
  }
}

TEST(Calibration, PicturesThatAreAllNamedRightlyDoNotAskForAnEndlessScale) {
  const std::vector<float> logits{4, 0, 0, 4};
  const std::vector<int> labels{0, 1};
  const double scale = temperature_scaling(logits, labels, 2).scale[0];
  EXPECT_GT(scale, 1);
  EXPECT_LT(scale, 2);
}

TEST(Calibration, KnowsWhetherItIsOneScaleForAll) {
  const std::pair<Calibration, bool> cases[] = {
      {{{2, 2}, {0, 0}}, true}, {{{2, 1}, {0, 0}}, false}, {{{2, 2}, {0, 1}}, false}};
  for (const auto& [calibration, expected] : cases) EXPECT_EQ(calibration.is_temperature(), expected);
}

TEST(Calibration, WithoutPicturesTheScaleIsOne) {
  EXPECT_EQ(temperature_scaling({}, {}, 3).scale, (std::vector<double>{1, 1, 1}));
}

TEST(Calibration, LogitsThatAreAllEqualStayAsTheyAre) {
  const std::vector<float> logits(12, 5.f);
  const std::vector<int> labels{0, 1, 2, 0};
  EXPECT_EQ(temperature_scaling(logits, labels, 3).scale, (std::vector<double>{1, 1, 1}));
  const Calibration vector = vector_scaling(logits, labels, 3);
  EXPECT_EQ(vector.scale, (std::vector<double>{1, 1, 1}));
  EXPECT_GT(vector.shift[0], vector.shift[1]);  // class 0 is twice as frequent
}

TEST(Calibration, ExtremeLogitsGiveFiniteNumbers) {
  const float huge = std::numeric_limits<float>::max();
  const std::vector<float> logits{huge, -huge, 0, -huge, huge, 0};
  for (const std::vector<int>& labels : {std::vector{0, 1}, std::vector{1, 0}, std::vector{2, 2}}) {
    for (const Calibration& calibration :
         {temperature_scaling(logits, labels, 3), vector_scaling(logits, labels, 3)}) {
      std::vector<double> p(3);
      calibrated_softmax(&calibration, std::span(logits).first(3), p);
      for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_GT(calibration.scale[c], 0);
        EXPECT_TRUE(std::isfinite(calibration.scale[c]) && std::isfinite(calibration.shift[c]));
        EXPECT_TRUE(p[c] >= 0 && p[c] <= 1);
      }
    }
  }
}

TEST(Calibration, AClassWithoutPicturesStaysNearTheCommonScale) {
  auto logits = formula_logits(90, 3);
  const auto labels = formula_labels(90, 2);
  const Calibration vector = vector_scaling(logits, labels, 3);
  const double common = temperature_scaling(logits, labels, 3).scale[0];
  EXPECT_NEAR(vector.scale[2] / common, 1, 0.5);
  EXPECT_LT(vector.shift[2], 0);
}

TEST(Calibration, WhatAllLogitsOfAPictureHaveInCommonDoesNotMatter) {
  const auto logits = formula_logits(40, 3);
  const auto labels = formula_labels(40, 3);
  auto moved = logits;
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += static_cast<float>(8 * (i / 3));
  const Calibration a = vector_scaling(logits, labels, 3), b = vector_scaling(moved, labels, 3);
  std::vector<double> p(3), q(3);
  calibrated_softmax(&a, std::span(logits).last(3), p);
  calibrated_softmax(&b, std::span(moved).last(3), q);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(p[c], q[c], 1e-4);
}

TEST(Calibration, WithoutOneItIsPlainSoftmax) {
  std::vector<double> p(2);
  calibrated_softmax(nullptr, std::vector{0.f, static_cast<float>(std::log(3.))}, p);
  EXPECT_NEAR(p[0], 0.25, 1e-7);
  EXPECT_NEAR(p[1], 0.75, 1e-7);
}

TEST(Calibration, RefusesWhatItCannotFit) {
  struct Case {
    std::vector<float> logits;
    std::vector<int> labels;
    ErrorKind kind;
  };
  for (const Case& bad : {Case{{1, 2, 3}, {0}, ErrorKind::Internal}, Case{{1, 2}, {2}, ErrorKind::Data},
                          Case{{1, 2}, {-1}, ErrorKind::Data}, Case{{1, NAN}, {0}, ErrorKind::Data},
                          Case{{1, INFINITY}, {0}, ErrorKind::Data}}) {
    try {
      temperature_scaling(bad.logits, bad.labels, 2);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), bad.kind);
    }
  }
  EXPECT_THROW(vector_scaling(std::vector<float>(300), std::vector{0}, 300), Error);
}

}  // namespace
}  // namespace giemsa
