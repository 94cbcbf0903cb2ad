#include "giemsa/trust/novelty.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "giemsa/core/error.h"
#include "trust/formula.h"
#include "trust/golden.h"

namespace giemsa {
namespace {

using testing::formula_features;
using testing::formula_labels;

Novelty fitted(const std::vector<float>& features, std::size_t size, std::span<const int> labels,
               int classes) {
  return fit_novelty({features.data(), labels.size(), size}, labels, classes);
}

TEST(Novelty, EqualsScikitLearn) {
  const auto cases = testing::golden("novelty");
  ASSERT_EQ(cases.size(), 3u);
  for (const auto& expected : cases) {
    const auto count = expected["count"].get<std::size_t>(), size = expected["size"].get<std::size_t>();
    SCOPED_TRACE(size);
    const Novelty novelty = fitted(formula_features(count, size), size, formula_labels(count, 3), 4);
    EXPECT_EQ(novelty.axes, expected["axes"].get<std::size_t>());
    EXPECT_EQ(novelty.classes, 3u);  // the fourth has no pictures

    std::vector<float> asked = formula_features(3, size, static_cast<std::uint32_t>(count));
    for (const float value : formula_features(1, size)) asked.push_back(-value);
    asked.insert(asked.end(), size, 1.f);
    // Of 300 features the axes come from a short iteration, which mixes those of little spread.
    const double tolerance = size > 100 ? 0.02 : 1e-5;
    for (std::size_t i = 0; i < 5; ++i) {
      const double score = expected["scores"][i];
      EXPECT_NEAR(novelty.score(std::span(asked).subspan(i * size, size)), score, tolerance * score) << i;
    }
  }
}

TEST(Novelty, LengthDoesNotMatter) {
  const auto features = formula_features(60, 12);
  const Novelty novelty = fitted(features, 12, formula_labels(60, 3), 3);
  std::vector<float> picture(features.begin(), features.begin() + 12);
  const float score = novelty.score(picture);
  for (const float factor : {1e-20f, 0.5f, 1e30f}) {
    std::vector<float> scaled = picture;
    for (float& value : scaled) value *= factor;
    EXPECT_NEAR(novelty.score(scaled), score, 1e-4f) << factor;
  }
}

TEST(Novelty, IsNearOneForTrainingPictures) {
  const auto features = formula_features(300, 40);
  const Novelty novelty = fitted(features, 40, formula_labels(300, 3), 3);
  double squares = 0;
  for (std::size_t i = 0; i < 300; ++i)
    squares += std::pow(novelty.score(std::span(features).subspan(i * 40, 40)), 2);
  EXPECT_NEAR(std::sqrt(squares / 300), 1, 0.05);
}

TEST(Novelty, DegenerateFeaturesGiveFiniteScores) {
  struct Case {
    const char* name;
    std::size_t count, size;
    float constant;
  };
  for (const Case& c : {Case{"two pictures of one feature", 2, 1, 3}, Case{"all zero", 20, 8, 0},
                        Case{"all equal", 20, 8, 3}, Case{"all equal and many", 5, 200, 1e30f}}) {
    SCOPED_TRACE(c.name);
    const std::vector<float> features(c.count * c.size, c.constant);
    const Novelty novelty = fitted(features, c.size, std::vector<int>(c.count, 1), 3);
    EXPECT_NEAR(novelty.score(std::span(features).first(c.size)), 0, 0.01);
    std::vector<float> other(c.size, -1.f);
    const float score = novelty.score(other);
    EXPECT_TRUE(std::isfinite(score));
    EXPECT_GT(score, 100);
  }
}

TEST(Novelty, FewerPicturesThanFeatures) {
  const auto features = formula_features(9, 100);
  const Novelty novelty = fitted(features, 100, formula_labels(9, 3), 3);
  EXPECT_EQ(novelty.axes, 2u);
  const auto fresh = formula_features(1, 100, 99);
  std::vector<float> away(100);
  for (std::uint32_t d = 0; d < 100; ++d) away[d] = testing::formula_uniform(123456, d);
  EXPECT_LT(novelty.score(fresh), 3);
  EXPECT_GT(novelty.score(away), 5 * novelty.score(fresh));
}

TEST(Novelty, SameBitsFromAnyThread) {
  const auto features = formula_features(80, 33);
  const Novelty novelty = fitted(features, 33, formula_labels(80, 3), 3);
  std::vector<float> expected, got(80);
  for (std::size_t i = 0; i < 80; ++i)
    expected.push_back(novelty.score(std::span(features).subspan(i * 33, 33)));
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < 80; i += 4) got[i] = novelty.score(std::span(features).subspan(i * 33, 33));
    });
  }
  threads.clear();
  EXPECT_EQ(got, expected);
}

TEST(Novelty, RefusesWhatItCannotFit) {
  std::vector<float> features = formula_features(10, 4);
  auto labels = formula_labels(10, 3);
  const auto kind_of = [&] {
    try {
      fitted(features, 4, labels, 3);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::Usage;
  };
  labels[4] = 3;
  EXPECT_EQ(kind_of(), ErrorKind::Data);
  labels[4] = 1;
  features[7] = NAN;
  EXPECT_EQ(kind_of(), ErrorKind::Data);
  features[7] = 0;
  labels.resize(1);
  EXPECT_EQ(kind_of(), ErrorKind::Internal);
  labels.resize(10);
  EXPECT_THROW(fitted(features, 4, labels, 3).score(std::vector<float>(5)), Error);
}

}  // namespace
}  // namespace giemsa
