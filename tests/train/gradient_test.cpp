#include "giemsa/train/gradient.h"

#include <gtest/gtest.h>

#include <vector>

namespace giemsa {
namespace {

TEST(GradientTerms, AddThePullOfThePenalties) {
  const struct {
    GradientTerms terms;
    float gradient, param, expected;
  } cases[] = {
      {{}, 3, 5, 3},  // nothing but the gradient
      {{.scale = 0.5f}, 3, 5, 1.5f},
      {{.sign = 2}, 3, 5, 5},  // L1
      {{.sign = 2}, 3, -5, 1},
      {{.sign = 2}, 3, 0, 3},
      {{.linear = 2}, 3, 5, 13},  // L2
      {{.linear = 2}, 3, -5, -7},
      {{.scale = 2, .sign = 1, .linear = 1}, 3, -5, 0},
  };
  for (const auto& [terms, gradient, param, expected] : cases) EXPECT_EQ(terms(gradient, param), expected);
}

TEST(SumOfSquares, TakesEveryValue) {
  for (const std::int64_t n : {0, 1, 15, 16, 17, 4096, 4099}) {
    std::vector<float> gradient(n), param(n);
    double expected = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      gradient[i] = static_cast<float>(i % 7 - 3);
      param[i] = static_cast<float>(i % 5 - 2);
      const double value = 2.0 * static_cast<double>(i % 7 - 3) + 0.5 * static_cast<double>(i % 5 - 2);
      expected += value * value;
    }
    EXPECT_DOUBLE_EQ(sum_of_squares(gradient.data(), param.data(), n, {.scale = 2, .linear = 0.5f}),
                     expected);
  }
}

TEST(ClipFactor, ShortensWhatIsTooLong) {
  EXPECT_EQ(clip_factor(0.5, 1), 1);
  EXPECT_EQ(clip_factor(0, 1), 1);
  EXPECT_NEAR(clip_factor(4, 1), 0.25, 1e-6);
  EXPECT_LT(clip_factor(4, 1), 0.25) << "the length is taken a millionth too long, as in PyTorch";
}

}  // namespace
}  // namespace giemsa
