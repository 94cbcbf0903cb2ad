#include "giemsa/trust/trust.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

std::vector<float> logits_of(const std::vector<double>& probabilities) {
  std::vector<float> logits;
  for (const double p : probabilities) logits.push_back(static_cast<float>(std::log(p)));
  return logits;
}

/// One feature axis: the score of (cos a, sin a) grows with the angle to (1, 0).
Novelty plain_novelty() {
  return {.features = 2,
          .axes = 1,
          .classes = 1,
          .mean = {1, 0},
          .axis = {0, 1},
          .whitening = {10},
          .centres = {0},
          .rest_scale = 0};
}

ErrorKind kind_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::Internal;
}

TEST(Judge, AnEmptyTrustIsPlainSoftmaxAndAlwaysAnswers) {
  const Judgement judgement = judge({}, logits_of({0.1, 0.6, 0.3}), {});
  ASSERT_EQ(judgement.probabilities.size(), 3u);
  EXPECT_NEAR(judgement.probabilities[0], 0.1, 1e-6);
  EXPECT_NEAR(judgement.probabilities[2], 0.3, 1e-6);
  EXPECT_EQ(judgement.answer, 1);
  EXPECT_NEAR(judgement.confidence, 0.6, 1e-6);
  EXPECT_FALSE(judgement.set || judgement.novelty);
  EXPECT_EQ(judgement.verdict, Verdict::Answered);
  EXPECT_EQ(reason({}, judgement), "");
  EXPECT_TRUE(Trust{}.empty());
}

TEST(Judge, EqualLogitsAnswerTheFirstClass) {
  const Judgement judgement = judge({}, std::vector(4, 7.f), {});
  EXPECT_EQ(judgement.answer, 0);
  EXPECT_FLOAT_EQ(judgement.confidence, 0.25f);
}

TEST(Judge, CalibratesBeforeAllElse) {
  Trust trust;
  trust.calibration = Calibration{{2, 2, 2}, {0, 0, 0}};
  const Judgement judgement = judge(trust, logits_of({0.1, 0.6, 0.3}), {});
  EXPECT_NEAR(judgement.confidence, 0.36 / 0.46, 1e-6);
  trust.calibration = Calibration{{1, 1, 1}, {0, 0, std::log(4)}};
  EXPECT_EQ(judge(trust, logits_of({0.1, 0.6, 0.3}), {}).answer, 2);
}

TEST(Judge, SetsByLevel) {
  Trust trust;
  trust.conformal = ConformalSets{{0.05f, 0.3f, 0.45f, 0.65f}, 0.5};
  const auto logits = logits_of({0.4, 0.5, 0.1});
  const std::vector<std::pair<double, std::vector<int>>> cases{
      {0.2, {}}, {0.4, {}}, {0.6, {}}, {0.8, {1, 0}}, {0.81, {1, 0, 2}}};
  for (const auto& [level, set] : cases) EXPECT_EQ(judge(trust, logits, {}, level).set, set) << level;
  EXPECT_EQ(judge(trust, logits_of({0.1, 0.6, 0.3}), {}).set, (std::vector<int>{1}));  // 0.5, as fitted
  EXPECT_EQ(kind_of([&] { judge(trust, logits, {}, 1.); }), ErrorKind::Usage);
}

TEST(Judge, AbstainsForOneOfTwoReasons) {
  Trust trust;
  trust.novelty = plain_novelty();
  trust.abstention = Abstention{0.98, 1.5f, 0.5f};
  const auto sure = logits_of({0.9, 0.1}), unsure = logits_of({0.4, 0.3, 0.3});
  const std::vector<float> usual{1, 0.1f}, strange{0, 3};
  struct Case {
    std::vector<float> logits, features;
    Verdict verdict;
    std::string why;
  };
  for (const Case& c :
       {Case{sure, usual, Verdict::Answered, ""}, Case{sure, {}, Verdict::Answered, ""},
        Case{sure, strange, Verdict::Unlike, "unlike the cells it was trained on (novelty 7.07, limit 1.5)"},
        Case{unsure, usual, Verdict::Unsure, "not sure (0.4, limit 0.5)"},
        Case{unsure, {}, Verdict::Unsure, "not sure (0.4, limit 0.5)"},
        Case{unsure, strange, Verdict::Unlike,
             "unlike the cells it was trained on (novelty 7.07, limit 1.5)"}}) {
    const Judgement judgement = judge(trust, c.logits, c.features);
    EXPECT_EQ(judgement.verdict, c.verdict);
    EXPECT_EQ(judgement.abstains(), c.verdict != Verdict::Answered);
    EXPECT_EQ(judgement.novelty.has_value(), !c.features.empty());
    EXPECT_EQ(reason(trust, judgement), c.why);
  }
}

TEST(Judge, IsLessSureTheMoreUnlikeAPictureIs) {
  Trust trust;
  trust.novelty = plain_novelty();
  trust.abstention = Abstention{.most_novelty = 2, .usual_novelty = 1.5f};
  const std::vector<double> p{0.7, 0.2, 0.1};
  for (const float angle : {0.f, 0.1f, 0.4f, 1.2f}) {
    const std::vector<float> features{std::cos(angle), std::sin(angle)};
    const Judgement judgement = judge(trust, logits_of(p), features);
    const double exponent = std::min(1.0, 1.5 / *judgement.novelty);
    const double sum = std::pow(0.7, exponent) + std::pow(0.2, exponent) + std::pow(0.1, exponent);
    EXPECT_EQ(exponent<1, angle> 0.3f) << "calibration holds within the limit";
    EXPECT_EQ(judgement.answer, 0);
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(judgement.probabilities[k], std::pow(p[k], exponent) / sum, 1e-6) << angle;
  }
}

TEST(Judge, RefusesWhatItWasNotFittedOn) {
  Trust trust;
  trust.calibration = Calibration{{1, 1}, {0, 0}};
  trust.novelty = plain_novelty();
  const std::vector<float> two{1, 2}, three{1, 2, 3}, broken{1, NAN};
  EXPECT_EQ(kind_of([&] { judge(trust, three, two); }), ErrorKind::Model);
  EXPECT_EQ(kind_of([&] { judge(trust, two, three); }), ErrorKind::Model);
  EXPECT_EQ(kind_of([&] { judge(trust, broken, two); }), ErrorKind::Model);
  EXPECT_EQ(kind_of([&] { judge(trust, two, broken); }), ErrorKind::Model);
  EXPECT_EQ(kind_of([&] { judge({}, broken, {}); }), ErrorKind::Model);
}

TEST(Verdict, Names) {
  EXPECT_EQ(verdict_name(Verdict::Answered), "answered");
  EXPECT_EQ(verdict_name(Verdict::Unlike), "unlike");
  EXPECT_EQ(verdict_name(Verdict::Unsure), "unsure");
}

}  // namespace
}  // namespace giemsa
