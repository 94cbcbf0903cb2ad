#include "giemsa/balance/sampling.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "core/error_matchers.h"
#include "giemsa/core/random.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

/// 30 pictures of three classes, 20, 7 and 3 of them, mixed; label 4 does not occur.
const std::vector<std::int64_t> kLabels = [] {
  std::vector<std::int64_t> labels(20, 5);
  labels.insert(labels.end(), 7, 0);
  labels.insert(labels.end(), 3, 2);
  Random({1}).shuffle(std::span(labels));
  return labels;
}();

std::map<std::int64_t, int> count_labels(const std::vector<EpochDraw>& draws) {
  std::map<std::int64_t, int> counts;
  for (const EpochDraw& draw : draws) ++counts[kLabels[draw.member]];
  return counts;
}

std::map<std::size_t, int> count_members(const std::vector<EpochDraw>& draws) {
  std::map<std::size_t, int> counts;
  for (const EpochDraw& draw : draws) ++counts[draw.member];
  return counts;
}

TEST(Sampling, NaturalIsEachPictureOnceInTheOrderOfTheSeedAndEpoch) {
  std::vector<std::size_t> order(kLabels.size()), members;
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random({7, fnv1a("order"), 3}).shuffle(std::span(order));  // as it has always been
  for (const auto& [member, repeat] : draw_epoch("natural", kLabels, 7, 3)) {
    members.push_back(member);
    EXPECT_EQ(repeat, 0u);
  }
  EXPECT_EQ(members, order);
}

TEST(Sampling, BalancedTakesAllClassesInTurn) {
  std::map<std::size_t, int> drawn;
  std::vector<EpochDraw> all;
  for (int epoch = 1; epoch <= 14; ++epoch) {
    const auto draws = draw_epoch("balanced", kLabels, 7, epoch);
    EXPECT_EQ(draws.size(), kLabels.size());
    EXPECT_EQ(count_labels(draws), (std::map<std::int64_t, int>{{0, 10}, {2, 10}, {5, 10}}));
    for (std::size_t i = 0; i + 3 <= draws.size(); ++i) {
      EXPECT_EQ(count_labels({draws.begin() + static_cast<std::ptrdiff_t>(i),
                              draws.begin() + static_cast<std::ptrdiff_t>(i + 3)})
                    .size(),
                3u);
    }
    all.insert(all.end(), draws.begin(), draws.end());
    for (const auto& [member, times] : count_members(draws)) drawn[member] += times;
    if (epoch == 2) {  // 20 draws of each class: all of the largest, and the others as equally as may be
      for (const auto& [member, times] : drawn) {
        const std::map<std::int64_t, std::set<int>> equal{{5, {1}}, {0, {2, 3}}, {2, {6, 7}}};
        EXPECT_TRUE(equal.at(kLabels[member]).contains(times)) << member << ": " << times;
      }
      EXPECT_EQ(drawn.size(), kLabels.size());
    }
  }
  for (const auto& [member, times] : drawn) {  // 140 draws of each class
    const std::map<std::int64_t, std::set<int>> equal{{5, {7}}, {0, {20}}, {2, {46, 47}}};
    EXPECT_TRUE(equal.at(kLabels[member]).contains(times)) << member << ": " << times;
  }
}

TEST(Sampling, BalancedGoesOnWhereAnEpochEndsWithinATurn) {
  const std::vector<std::int64_t> labels{0, 0, 0, 1, 1, 1, 1};  // seven draws of two classes
  std::vector<std::int64_t> drawn;
  for (int epoch = 1; epoch <= 4; ++epoch) {
    for (const EpochDraw& draw : draw_epoch("balanced", labels, 1, epoch)) drawn.push_back(labels[draw.member]);
  }
  for (std::size_t i = 0; i < drawn.size(); ++i) EXPECT_EQ(drawn[i], static_cast<std::int64_t>(i % 2)) << i;
}

TEST(Sampling, OversampleRepeatsEveryClassUpToTheLargest) {
  std::set<std::set<std::size_t>> twice_of_class_0;
  for (int epoch = 1; epoch <= 10; ++epoch) {
    const auto draws = draw_epoch("oversample", kLabels, 7, epoch);
    EXPECT_EQ(draws.size(), 60u);
    EXPECT_EQ(count_labels(draws), (std::map<std::int64_t, int>{{0, 20}, {2, 20}, {5, 20}}));
    std::set<std::size_t> twice;
    for (const auto& [member, times] : count_members(draws)) {
      const std::map<std::int64_t, std::set<int>> equal{{5, {1}}, {0, {2, 3}}, {2, {6, 7}}};
      EXPECT_TRUE(equal.at(kLabels[member]).contains(times)) << member << ": " << times;
      if (kLabels[member] == 0 && times == 2) twice.insert(member);
    }
    twice_of_class_0.insert(twice);
  }
  EXPECT_GT(twice_of_class_0.size(), 3u) << "the same pictures are drawn once more in every epoch";
}

TEST(Sampling, OversampleOfEqualClassesIsNatural) {
  const std::vector<std::int64_t> labels{0, 1, 2, 2, 1, 0};
  EXPECT_EQ(draw_epoch("oversample", labels, 3, 2), draw_epoch("natural", labels, 3, 2));
}

TEST(Sampling, CountsRepeatsAndDependsOnSeedAndEpochAlone) {
  for (const std::string_view name : sampling_names()) {
    const auto draws = draw_epoch(name, kLabels, 7, 2);
    std::map<std::size_t, std::size_t> times;
    for (const EpochDraw& draw : draws) EXPECT_EQ(draw.repeat, times[draw.member]++);
    EXPECT_EQ(draw_epoch(name, kLabels, 7, 2), draws) << name;
    EXPECT_NE(draw_epoch(name, kLabels, 7, 3), draws) << name;
    EXPECT_NE(draw_epoch(name, kLabels, 8, 2), draws) << name;
    EXPECT_TRUE(draw_epoch(name, {}, 7, 2).empty()) << name;
  }
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { draw_epoch("even", kLabels, 1, 1); }),
              HasSubstr("'even'; natural, balanced or oversample"));
}

}  // namespace
}  // namespace giemsa::testing
