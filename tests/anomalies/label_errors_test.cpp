#include "giemsa/anomalies/label_errors.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error_matchers.h"
#include "giemsa/anomalies/likeness.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/random.h"
#include "giemsa/data/source.h"
#include "giemsa/descriptors/appearance.h"
#include "giemsa/descriptors/thumbnail.h"
#include "shared_data.h"

namespace giemsa::testing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

/// Records in clouds around one place per class, some of them with a wrong label.
struct Clouds {
  std::size_t columns = 0;
  std::vector<float> features;
  std::vector<int> truth, labels;
  std::vector<int> flipped;  ///< 1: wrong

  FeatureMatrix matrix() const { return {features.data(), labels.size(), columns}; }
};

/// Of `labels`, a share gets another label.
void flip(std::vector<int>& labels, std::vector<int>& flipped, int classes, double share,
          std::uint64_t seed) {
  Random random({seed, fnv1a("flip")});
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(std::span(order));
  flipped.assign(labels.size(), 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(share * static_cast<double>(order.size())); ++i) {
    int& label = labels[order[i]];
    label = (label + 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(classes - 1)))) % classes;
    flipped[order[i]] = 1;
  }
}

Clouds make_clouds(int classes, std::size_t per_class, std::size_t columns, double apart, double share) {
  Clouds clouds{columns, {}, {}, {}, {}};
  for (int c = 0; c < classes; ++c) {
    for (std::size_t i = 0; i < per_class; ++i) {
      Random centre({1, static_cast<std::uint64_t>(c)}), random({2, static_cast<std::uint64_t>(c), i});
      for (std::size_t d = 0; d < columns; ++d)
        clouds.features.push_back(static_cast<float>(apart * centre.normal() + random.normal()));
      clouds.truth.push_back(c);
    }
  }
  clouds.labels = clouds.truth;
  flip(clouds.labels, clouds.flipped, classes, share, 3);
  return clouds;
}

/// The probability that a wrong label scores above a right one, a tie counting one half (AUROC).
double score_auroc(const std::vector<LabelDoubt>& doubts, const std::vector<int>& flipped) {
  std::vector<float> right;
  for (std::size_t i = 0; i < doubts.size(); ++i)
    if (!flipped[i]) right.push_back(doubts[i].score);
  std::ranges::sort(right);
  double above = 0;
  for (std::size_t i = 0; i < doubts.size(); ++i) {
    if (!flipped[i]) continue;
    const auto [first, last] = std::ranges::equal_range(right, doubts[i].score);
    above += static_cast<double>((first - right.begin()) + (last - right.begin())) / 2;
  }
  return above / static_cast<double>(right.size() * (doubts.size() - right.size()));
}

/// Of those flagged, the share that is wrong; of the wrong ones, the share that is flagged.
struct Flags {
  double precision = 0, recall = 0;
};
Flags flags_of(const std::vector<LabelDoubt>& doubts, const std::vector<int>& flipped) {
  double flagged = 0, right = 0;
  for (std::size_t i = 0; i < doubts.size(); ++i) {
    flagged += doubts[i].flagged;
    right += doubts[i].flagged && flipped[i];
  }
  return {right / flagged, right / static_cast<double>(std::accumulate(flipped.begin(), flipped.end(), 0))};
}

TEST(LabelErrors, AreFoundAmongClouds) {
  for (const int classes : {2, 3, 8}) {
    const Clouds clouds = make_clouds(classes, 200, 6, 8, 0.04);
    const auto doubts = find_label_errors(clouds.matrix(), clouds.labels, classes, {});
    EXPECT_GT(score_auroc(doubts, clouds.flipped), 0.99) << classes;
    const Flags flags = flags_of(doubts, clouds.flipped);
    EXPECT_GT(flags.precision, 0.95) << classes;
    EXPECT_GT(flags.recall, 0.9) << classes;
    for (std::size_t i = 0; i < doubts.size(); ++i) {
      EXPECT_TRUE(doubts[i].score >= 0 && doubts[i].score <= 1);
      if (doubts[i].flagged && clouds.flipped[i]) {
        EXPECT_EQ(doubts[i].suggested, clouds.truth[i]);
      }
    }
  }
}

TEST(LabelErrors, AreFoundByTimidPredictionsAsBySureOnes) {
  constexpr int kClasses = 4;
  std::vector<int> truth, flipped;
  std::vector<float> sure, timid;  // timid: as a model says it that was trained with smoothed labels
  for (std::size_t i = 0; i < 2000; ++i) {
    Random random({5, i});
    truth.push_back(static_cast<int>(i % kClasses));
    double row[kClasses], all = 0;
    for (int c = 0; c < kClasses; ++c) all += row[c] = std::exp((c == truth[i] ? 8 : 0) + random.normal());
    for (const double value : row) sure.push_back(static_cast<float>(value / all));
  }
  for (const float p : sure) timid.push_back(0.6f * p + 0.4f / kClasses);
  std::vector<int> labels = truth;
  flip(labels, flipped, kClasses, 0.03, 4);
  for (const auto& probabilities : {sure, timid}) {
    const Flags flags =
        flags_of(find_label_errors(OutOfFold{probabilities, {}}, labels, kClasses, {}), flipped);
    EXPECT_GT(flags.precision, 0.95);
    EXPECT_GT(flags.recall, 0.95);
  }
  const auto believed = doubt_labels(OutOfFold{timid, {}}, labels, kClasses, {});
  EXPECT_EQ(std::ranges::count(believed, true, &LabelDoubt::flagged), 0);
}

TEST(LabelErrors, DoNotDependOnThreads) {
  const Clouds clouds = make_clouds(4, 300, 10, 1, 0.05);
  const auto once = predict_by_likeness(clouds.matrix(), clouds.labels, 4, 25, 1);
  EXPECT_THAT(once.known, Each(1));
  for (const int threads : {2, 5, 0}) {
    EXPECT_EQ(predict_by_likeness(clouds.matrix(), clouds.labels, 4, 25, threads).probabilities,
              once.probabilities);
  }
}

TEST(LabelErrors, NoLabelHasASayAboutItself) {
  // Features that tell nothing: whoever saw a record's own label would still do better than by chance.
  const Clouds clouds = make_clouds(4, 250, 30, 0, 0);
  const auto predictions = predict_by_likeness(clouds.matrix(), clouds.labels, 4, 25);
  double own = 0;
  for (std::size_t i = 0; i < 1000; ++i)
    own += predictions.probabilities[i * 4 + static_cast<std::size_t>(clouds.labels[i])] / 1000;
  EXPECT_NEAR(own, 0.25, 0.01);
}

TEST(LabelErrors, NeighboursSeeWhatNoPlaneDivides) {
  // Three classes in rings of one centre have the same mean, where a discriminant alone has nothing to hold.
  Clouds rings{2, {}, {}, {}, {}};
  for (std::size_t i = 0; i < 900; ++i) {
    Random random({i});
    const int ring = static_cast<int>(i % 3);
    const double angle = random.uniform(0.0, 6.283), radius = 1 + 2 * ring + random.uniform(-0.5, 0.5);
    rings.features.push_back(static_cast<float>(radius * std::cos(angle)));
    rings.features.push_back(static_cast<float>(radius * std::sin(angle)));
    rings.truth.push_back(ring);
  }
  rings.labels = rings.truth;
  flip(rings.labels, rings.flipped, 3, 0.03, 1);
  EXPECT_GT(score_auroc(find_label_errors(rings.matrix(), rings.labels, 3, {}), rings.flipped), 0.95);
}

TEST(LabelErrors, SayNothingWithoutEvidence) {
  Clouds clouds = make_clouds(3, 40, 4, 4, 0);
  clouds.labels[0] = -1;                                         // no label
  for (std::size_t i = 84; i < 120; ++i) clouds.labels[i] = -1;  // leaves four of the third class
  const auto doubts = find_label_errors(clouds.matrix(), clouds.labels, 3, {});
  for (const std::size_t i : {0, 80, 83, 84, 119}) {
    EXPECT_EQ(doubts[i].suggested, -1) << i;
    EXPECT_EQ(doubts[i].score, 0) << i;
    EXPECT_FALSE(doubts[i].flagged) << i;
  }
  EXPECT_EQ(doubts[1].suggested, 0);
  EXPECT_EQ(doubts[79].suggested, 1);

  const std::vector<int> one_class(120, 1), none(120, -1);
  for (const auto& labels : {one_class, none}) {
    EXPECT_THAT(predict_by_likeness(clouds.matrix(), labels, 3, 25).known, Each(0));
  }
  EXPECT_TRUE(find_label_errors(FeatureMatrix{}, {}, 3, {}).empty());
}

TEST(LabelErrors, StandFeaturesOfAnyKind) {
  Clouds clouds = make_clouds(2, 30, 3, 4, 0);
  clouds.features.assign(clouds.features.size(), 7.f);  // all alike: as probable as the classes are frequent
  const auto alike = predict_by_likeness(clouds.matrix(), clouds.labels, 2, 5);
  EXPECT_THAT(alike.known, Each(1));
  for (const float p : alike.probabilities) EXPECT_TRUE(p >= 0 && p <= 1);

  clouds.features[3 * 17 + 2] = NAN;
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { predict_by_likeness(clouds.matrix(), clouds.labels, 2, 5); }),
              HasSubstr("record 17"));
}

TEST(LabelErrors, RefuseLabelsThatDoNotFit) {
  const Clouds clouds = make_clouds(2, 10, 3, 4, 0);
  const std::vector<int> short_of_one(19, 0);
  std::vector<int> beyond = clouds.labels;
  beyond[5] = 2;
  EXPECT_THAT(
      error_of(ErrorKind::Internal, [&] { predict_by_likeness(clouds.matrix(), short_of_one, 2, 5); }),
      HasSubstr("19 labels"));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { predict_by_likeness(clouds.matrix(), beyond, 2, 5); }),
              HasSubstr("record 5 has label 2"));
}

TEST(LabelErrors, AreToldInASentence) {
  const std::vector<std::string> classes{"ig", "neutrophil"};
  const LabelDoubt doubt{.score = 0.98f,
                         .flagged = true,
                         .suggested = 1,
                         .given_probability = 0.003f,
                         .suggested_probability = 0.982f};
  EXPECT_EQ(label_evidence(doubt, 0, classes),
            "labelled ig (probability 0.003), more likely neutrophil (0.982)");
}

TEST(LabelErrors, AreFoundAmongRealCellsByTheirLooks) {
  GIEMSA_NEEDS_SHARED("data/pbc/images");
  const auto source = open_source(shared_data("data/pbc/images"));
  const auto records = source->records();
  std::vector<Appearance> appearances(records.size() / 3);
  std::vector<int> labels, flipped;
  for (std::size_t i = 0; i < appearances.size(); ++i) labels.push_back(records[3 * i].label);
  parallel_for(appearances.size(), 0,
               [&](std::size_t i) { appearances[i] = appearance(thumbnail(source->load(3 * i))); });
  flip(labels, flipped, 8, 0.02, 1);
  const auto doubts = find_label_errors(FeatureMatrix(appearances), labels, 8, {});
  EXPECT_GT(score_auroc(doubts, flipped), 0.985);  // the issue asks for 0.85
  const Flags flags = flags_of(doubts, flipped);
  EXPECT_GT(flags.precision, 0.7);
  EXPECT_GT(flags.recall, 0.7);
}

}  // namespace
}  // namespace giemsa::testing
