#include "giemsa/trust/fit_trust.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "giemsa/core/error.h"
#include "trust/example.h"

namespace giemsa {
namespace {

using testing::Example;

ErrorKind kind_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::Io;
}

/// Shares of the pictures of `data` that get each verdict.
struct Shares {
  double answered = 0, unlike = 0, unsure = 0;
};
Shares shares(const Trust& trust, const TrustData& data) {
  Shares shares;
  const auto k = static_cast<std::size_t>(data.classes);
  const double one = 1 / static_cast<double>(data.labels.size());
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const auto features = data.features.rows > 0 ? data.features.row(i) : std::span<const float>();
    const Verdict verdict = judge(trust, data.logits.subspan(i * k, k), features).verdict;
    (verdict == Verdict::Answered ? shares.answered
     : verdict == Verdict::Unlike ? shares.unlike
                                  : shares.unsure) += one;
  }
  return shares;
}

TEST(FitTrust, FindsTheTemperature) {
  const Example example(4000, 2);
  const Trust trust = fit_trust(example.data());
  EXPECT_NEAR(trust.calibration->scale[0], 2, 0.15);
  EXPECT_EQ(trust.validation_pictures, 4000);
  EXPECT_EQ(trust.training_pictures, 300);
  const Trust by_class = fit_trust(example.data(), {.calibration = "vector"});
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(by_class.calibration->scale[c], 2, 0.25);
    EXPECT_NEAR(by_class.calibration->shift[c], 0, 0.2);
  }
  EXPECT_FALSE(fit_trust(example.data(), {.calibration = "none"}).calibration);
}

TEST(FitTrust, AnswersAsManyAsChosen) {
  const Example example;
  for (const double coverage : {0.5, 0.9, 0.98}) {
    const Shares got = shares(fit_trust(example.data(), {.coverage = coverage}), example.data());
    EXPECT_GE(got.answered, coverage);
    EXPECT_LE(got.answered, coverage + 0.002);
    EXPECT_LE(got.unlike, 0.002);
  }
  const Shares all = shares(fit_trust(example.data(), {.coverage = 1, .familiar = 1}), example.data());
  EXPECT_NEAR(all.answered, 1, 1e-9);
}

TEST(FitTrust, AbstainsFromWhatIsNoCell) {
  const Example example;
  const Trust trust = fit_trust(example.data());
  Random random({5});
  for (int i = 0; i < 100; ++i) {
    std::vector<float> noise;
    for (std::size_t d = 0; d < Example::kFeatures; ++d)
      noise.push_back(static_cast<float>(random.uniform()));
    EXPECT_EQ(judge(trust, std::vector{9.f, 0.f, 0.f}, noise).verdict, Verdict::Unlike);
  }
}

TEST(FitTrust, WithoutFeaturesThereIsNoNovelty) {
  const Example example;
  TrustData data = example.data();
  data.features = data.training_features = {};
  data.training_labels = {};
  const Trust trust = fit_trust(data);
  EXPECT_FALSE(trust.novelty);
  EXPECT_EQ(trust.training_pictures, 0);
  const Shares got = shares(trust, data);
  EXPECT_GE(got.answered, 0.98);
  EXPECT_EQ(got.unlike, 0);
}

TEST(FitTrust, DegenerateValidationPartsGiveFiniteNumbers) {
  struct Case {
    const char* name;
    std::function<void(Example&)> change;
  };
  const std::vector<Case> cases{
      {"all logits equal", [](Example& e) { std::ranges::fill(e.logits, 1.f); }},
      {"one class only", [](Example& e) { std::ranges::fill(e.labels, 1); }},
      {"constant features", [](Example& e) { std::ranges::fill(e.features, 2.f); }},
      {"constant training features", [](Example& e) { std::ranges::fill(e.training_features, 2.f); }},
      {"a class without training pictures",
       [](Example& e) { std::ranges::replace(e.training_labels, 2, 0); }},
  };
  for (const Case& c : cases) {
    for (const char* calibration : {"temperature", "vector"}) {
      SCOPED_TRACE(std::string(c.name) + ", " + calibration);
      Example example(40);
      c.change(example);
      const TrustOptions options{.calibration = calibration};
      const Trust trust = fit_trust(example.data(), options);
      for (const double scale : trust.calibration->scale) EXPECT_TRUE(std::isfinite(scale) && scale > 0);
      EXPECT_TRUE(std::isfinite(trust.abstention->most_novelty));
      EXPECT_TRUE(std::isfinite(trust.abstention->least_confidence));
      const TrustFigures figures = cross_fit(example.data(), options, 4);
      for (const double figure :
           {figures.accuracy, figures.ece_before, figures.ece_after, figures.log_loss_before,
            figures.log_loss_after, figures.set_coverage, figures.set_size, figures.empty_sets,
            figures.answered, figures.answered_accuracy, figures.unlike, figures.unsure})
        EXPECT_TRUE(std::isfinite(figure));
    }
  }
}

TEST(FitTrust, RefusesWhatItCannotFit) {
  const Example example(40);
  const auto fit_with = [&](const std::function<void(TrustData&, TrustOptions&)>& change) {
    return kind_of([&] {
      TrustData data = example.data();
      TrustOptions options;
      change(data, options);
      fit_trust(data, options);
    });
  };
  EXPECT_EQ(fit_with([](TrustData&, TrustOptions& o) { o.calibration = "temprature"; }), ErrorKind::Usage);
  EXPECT_EQ(fit_with([](TrustData&, TrustOptions& o) { o.level = 1; }), ErrorKind::Usage);
  EXPECT_EQ(fit_with([](TrustData&, TrustOptions& o) { o.coverage = 0; }), ErrorKind::Usage);
  EXPECT_EQ(fit_with([](TrustData&, TrustOptions& o) { o.familiar = 0.9; }), ErrorKind::Usage);
  EXPECT_EQ(fit_with([](TrustData& d, TrustOptions&) { d.logits = d.logits.first(6); }), ErrorKind::Internal);
  EXPECT_EQ(fit_with([](TrustData& d, TrustOptions&) { d.features = {}; }), ErrorKind::Internal);
  EXPECT_EQ(fit_with([](TrustData& d, TrustOptions&) {
              d.logits = d.logits.first(57);
              d.labels = d.labels.first(19);
              d.features.rows = 19;
            }),
            ErrorKind::Data);
  const std::vector<int> outside(40, 3);
  EXPECT_EQ(fit_with([&](TrustData& d, TrustOptions&) { d.labels = outside; }), ErrorKind::Data);
  std::vector<float> broken = example.features;
  broken[17] = NAN;
  EXPECT_EQ(fit_with([&](TrustData& d, TrustOptions&) { d.features.values = broken.data(); }),
            ErrorKind::Data);
  EXPECT_EQ(kind_of([&] { cross_fit(example.data(), {}, 1); }), ErrorKind::Usage);
}

TEST(CrossFit, FindsWhatHoldsForFreshPictures) {
  const Example example(4000, 2);
  const TrustFigures figures = cross_fit(example.data(), {.level = 0.9, .coverage = 0.8});
  EXPECT_EQ(figures.pictures, 4000);
  EXPECT_EQ(figures.folds, 10);
  EXPECT_NEAR(figures.set_coverage, 0.9, 0.02);
  EXPECT_NEAR(figures.answered, 0.8, 0.02);
  EXPECT_NEAR(figures.answered + figures.unlike + figures.unsure, 1, 1e-12);
  EXPECT_GT(figures.answered_accuracy, figures.accuracy + 0.02);
  EXPECT_GT(figures.ece_before, 0.05);
  EXPECT_LT(figures.ece_after, 0.03);
  EXPECT_LT(figures.log_loss_after, figures.log_loss_before - 0.02);
}

TEST(CrossFit, DependsOnTheSeedOnly) {
  const Example example(200);
  const auto figures = [&](std::uint64_t seed) {
    return cross_fit(example.data(), {}, 5, seed).log_loss_after;
  };
  EXPECT_EQ(figures(1), figures(1));
  EXPECT_NE(figures(1), figures(2));
}

}  // namespace
}  // namespace giemsa
