#include "giemsa/metrics/measurement.h"

#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

struct Answers {
  std::vector<int> labels;
  std::vector<float> probabilities;
};

/// levels: how many different probabilities there are; few make many ties.
Answers draw_answers(std::size_t n, int classes, std::uint64_t levels, std::uint64_t seed) {
  Random random({seed, n});
  Answers answers;
  for (std::size_t i = 0; i < n; ++i) {
    const auto label = static_cast<int>(random.below(static_cast<std::uint64_t>(classes)));
    answers.labels.push_back(label);
    for (int k = 0; k < classes; ++k) {
      const double p = 0.7 * random.uniform() + 0.3 * (k == label);
      answers.probabilities.push_back(static_cast<float>(std::floor(p * levels) / levels));
    }
  }
  return answers;
}

std::vector<double> row(const Figures<double>& figures) {
  std::vector<double> values;
  for_each_figure(figures, [&](double value) { values.push_back(value); });
  return values;
}

TEST(Measurement, WeightsAreRepetitions) {
  constexpr int kClasses = 4;
  for (const std::uint64_t levels : {4, 1'000'000}) {
    SCOPED_TRACE(levels);
    const Answers answers = draw_answers(150, kClasses, levels, 3);
    Random random({5, levels});
    std::vector<int> weights;
    Answers repeated;
    for (std::size_t i = 0; i < answers.labels.size(); ++i) {
      weights.push_back(static_cast<int>(random.below(4)));
      for (int times = 0; times < weights[i]; ++times) {
        repeated.labels.push_back(answers.labels[i]);
        for (std::size_t k = 0; k < kClasses; ++k)
          repeated.probabilities.push_back(answers.probabilities[i * kClasses + k]);
      }
    }
    const auto got = row(Measurement(answers.probabilities, answers.labels, kClasses).figures(weights));
    const auto expected = row(Measurement(repeated.probabilities, repeated.labels, kClasses).figures());
    ASSERT_EQ(got.size(), 11u + 5 * (2 + kClasses));
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-12) << i;
  }
}

TEST(Measurement, NothingMeasuredIsNotDefined) {
  const Figures<double> of_nothing = Measurement({}, {}, 2).figures();
  for (const auto& [name, member] : kOverallFigures<double>)
    EXPECT_TRUE(std::isnan(of_nothing.overall.*member)) << name;
  EXPECT_EQ(of_nothing.macro.f1, 0);
}

TEST(Measurement, IntervalsAreThoseOfTheNormalApproximation) {
  // 1,000 pictures of one class, 900 of them right: ±1.96·√(0.9·0.1/1000), up to the noise of 4,000
  // resamples.
  constexpr std::size_t kPictures = 1000;
  std::vector<int> labels(kPictures, 0);
  std::vector<float> probabilities;
  for (std::size_t i = 0; i < kPictures; ++i) {
    probabilities.push_back(i < 900 ? 1.f : 0.f);
    probabilities.push_back(i < 900 ? 0.f : 1.f);
  }
  const Measurement measurement(probabilities, labels, 2);
  const double half_width = 1.959964 * std::sqrt(0.9 * 0.1 / kPictures);
  const Interval at95 = measurement.intervals({.resamples = 4000, .seed = 1}).overall.accuracy;
  EXPECT_NEAR(at95.low, 0.9 - half_width, 0.0021);
  EXPECT_NEAR(at95.high, 0.9 + half_width, 0.0021);
  const Interval at50 = measurement.intervals({.resamples = 4000, .level = 0.5, .seed = 1}).overall.accuracy;
  EXPECT_NEAR(at50.high - at50.low, 2 * 0.674490 * std::sqrt(0.9 * 0.1 / kPictures), 0.0021);
}

TEST(Measurement, IntervalsDependOnTheSeedAndNotOnThreads) {
  const Answers answers = draw_answers(120, 3, 1'000'000, 9);
  const Measurement measurement(answers.probabilities, answers.labels, 3);
  const auto bounds = [&](const BootstrapOptions& options) {
    std::vector<double> values;
    const Figures<Interval> intervals = measurement.intervals(options);
    for_each_figure(intervals, [&](const Interval& interval) {
      values.push_back(interval.low);
      values.push_back(interval.high);
    });
    return values;
  };
  const auto one_thread = bounds({.resamples = 200, .seed = 4, .threads = 1});
  EXPECT_EQ(bounds({.resamples = 200, .seed = 4, .threads = 5}), one_thread);
  EXPECT_NE(bounds({.resamples = 200, .seed = 5, .threads = 5}), one_thread);
  const auto measured = row(measurement.figures());
  for (std::size_t i = 0; i < measured.size(); ++i) EXPECT_LT(one_thread[2 * i], one_thread[2 * i + 1]) << i;
}

TEST(Measurement, HasNoIntervalsWhereNothingVaries) {
  const auto first_bound = [](const std::vector<float>& probabilities, const std::vector<int>& labels,
                              std::int64_t resamples) {
    return Measurement(probabilities, labels, 2).intervals({.resamples = resamples}).overall.accuracy.low;
  };
  EXPECT_TRUE(std::isnan(first_bound({.9f, .1f}, {0}, 50)));               // one picture
  EXPECT_TRUE(std::isnan(first_bound({.9f, .1f, .8f, .2f}, {0, 1}, 50)));  // one of each class
  EXPECT_TRUE(std::isnan(first_bound({.9f, .1f, .8f, .2f}, {0, 0}, 0)));   // not asked for
  EXPECT_EQ(first_bound({.9f, .1f, .8f, .2f}, {0, 0}, 50), 1);
}

TEST(Measurement, UndefinedFiguresHaveNoInterval) {
  const std::vector<float> probabilities{.9f, .1f, .8f, .2f, .3f, .7f};
  const auto intervals =
      Measurement(probabilities, std::vector<int>{0, 0, 0}, 2).intervals({.resamples = 50});
  EXPECT_TRUE(std::isnan(intervals.overall.roc_auc.low));  // one class only
  EXPECT_TRUE(std::isnan(intervals.classes[1].average_precision.high));
  EXPECT_FALSE(std::isnan(intervals.overall.accuracy.low));
}

}  // namespace
}  // namespace giemsa
