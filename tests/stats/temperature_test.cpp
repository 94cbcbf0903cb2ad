#include "giemsa/stats/temperature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/random.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

constexpr int kClasses = 4;

/// Records whose labels are drawn with probabilities that are known, and of which some are then made wrong.
struct Drawn {
  std::vector<float> probabilities;
  std::vector<int> labels;
};

Drawn draw(std::size_t count, double wrong) {
  Drawn drawn;
  for (std::size_t i = 0; i < count; ++i) {
    Random random({7, i});
    double logits[kClasses], all = 0;
    for (double& logit : logits) all += logit = std::exp(2 * random.normal());
    double left = random.uniform();
    int label = 0;
    for (int c = 0; c < kClasses; ++c) {
      drawn.probabilities.push_back(static_cast<float>(logits[c] / all));
      if (c + 1 < kClasses && left > logits[c] / all && label == c) ++label;
      if (label > c) left -= logits[c] / all;
    }
    if (random.chance(wrong)) label = (label + 1 + static_cast<int>(random.below(kClasses - 1))) % kClasses;
    drawn.labels.push_back(label);
  }
  return drawn;
}

TEST(Temperature, IsFoundAgain) {
  for (const double wrong : {0.0, 0.05}) {
    const Drawn drawn = draw(4000, wrong);
    for (const double told : {0.4, 1.0, 3.0}) {
      // Predictions of temperature `told` are made right by its inverse.
      const std::vector<float> predictions = tempered(drawn.probabilities, kClasses, told);
      const double found = fit_temperature({predictions, {}}, drawn.labels, kClasses, wrong);
      EXPECT_NEAR(found * told, 1, 0.08) << told << " " << wrong;
    }
  }
}

TEST(Temperature, SharpensOrSoftens) {
  const std::vector<float> row{0.8f, 0.2f};
  EXPECT_THAT(tempered(row, 2, 1), ElementsAre(FloatNear(0.8f, 1e-6f), FloatNear(0.2f, 1e-6f)));
  EXPECT_THAT(tempered(row, 2, 0.5), ElementsAre(FloatNear(16 / 17.f, 1e-6f), FloatNear(1 / 17.f, 1e-6f)));
  EXPECT_THAT(tempered(row, 2, 2), ElementsAre(FloatNear(2 / 3.f, 1e-6f), FloatNear(1 / 3.f, 1e-6f)));
  EXPECT_THAT(tempered(std::vector{1.f, 0.f}, 2, 0.05), ElementsAre(1, 0));
}

TEST(Temperature, IsOneWhereNothingCanBeSaid) {
  const std::vector<float> rows{0.5f, 0.5f, 0.9f, 0.1f};
  EXPECT_EQ(fit_temperature({rows, {}}, std::vector{-1, -1}, 2, 0.01), 1);
  EXPECT_EQ(fit_temperature({rows, std::vector<char>{0, 0}}, std::vector{0, 1}, 2, 0.01), 1);
  EXPECT_EQ(fit_temperature({std::vector{1.f, 1.f}, {}}, std::vector{0, 0}, 1, 0.01), 1);
}

}  // namespace
}  // namespace giemsa
