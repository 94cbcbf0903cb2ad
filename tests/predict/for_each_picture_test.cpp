#include "giemsa/predict/for_each_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "core/error_matchers.h"
#include "giemsa/core/error.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Numbers = std::vector<std::size_t>;

/// Pictures whose width is their number and one; `broken` cannot be read.
PictureList numbered(std::size_t count, std::size_t broken = 1'000) {
  return {count,
          [broken](std::size_t i) {
            require(i != broken, ErrorKind::Data, "broken");
            return Image(static_cast<int>(i) + 1, 1);
          },
          [](std::size_t i) { return std::to_string(i); }};
}

void expect_own_pictures(const PictureGroup& group) {
  ASSERT_EQ(group.numbers.size(), group.pictures.size());
  for (std::size_t g = 0; g < group.size(); ++g)
    EXPECT_EQ(group.pictures[g].width(), static_cast<int>(group.numbers[g]) + 1);
}

TEST(LoadInGroups, GivesAFewAtATimeAndTellsOfTheBroken) {
  std::vector<Numbers> groups;
  std::vector<std::string> broken;
  load_in_groups(
      numbered(30, 5), 2, 21,
      [&](const PictureGroup& group) {
        expect_own_pictures(group);
        groups.push_back(group.numbers);
      },
      [&](const Finding& finding, std::size_t i) {
        EXPECT_EQ(i, 5u);
        broken.push_back(finding.record);
      });
  EXPECT_THAT(groups, ElementsAre(Numbers{2, 3, 4, 6, 7, 8, 9, 10}, Numbers{11, 12, 13, 14, 15, 16, 17, 18},
                                  Numbers{19, 20}));
  EXPECT_THAT(broken, ElementsAre("5"));
}

TEST(LoadInGroups, KeepsFewLargePicturesInMemory) {
  std::vector<std::size_t> sizes;
  const PictureList large{5, [](std::size_t) { return Image(1200, 1200); }, {}};  // 4.3 MB
  load_in_groups(
      large, 0, 5, [&](const PictureGroup& group) { sizes.push_back(group.size()); },
      [](const Finding&, std::size_t) { FAIL(); });
  EXPECT_THAT(sizes, ElementsAre(2, 2, 1));
}

TEST(LoadInGroups, OnePictureThatFailsKeepsNoneBeforeItFromBeingDone) {
  Numbers done;
  const auto work = [&](const PictureGroup& group) {
    expect_own_pictures(group);
    for (const std::size_t i : group.numbers) require(i != 11, ErrorKind::Model, "not a number");
    done.insert(done.end(), group.numbers.begin(), group.numbers.end());
  };
  EXPECT_THROW(load_in_groups(numbered(14), 0, 14, work, {}), Error);
  EXPECT_THAT(done, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}

TEST(LoadInGroups, WhatIsNotThePicturesFaultPassesBehindThoseBeforeIt) {
  Numbers done;
  PictureList list = numbered(6);
  list.load = [](std::size_t i) {
    require(i != 4, ErrorKind::Usage, "not this way");
    return Image(1, 1);
  };
  EXPECT_THROW(load_in_groups(list, 0, 6, [&](const PictureGroup& group) { done = group.numbers; }, {}),
               Error);
  EXPECT_THAT(done, ElementsAre(0, 1, 2, 3));
}

TEST(ForEachGroup, GivesEveryPictureOnceOnManyThreads) {
  std::mutex mutex;
  std::multiset<std::size_t> seen;
  std::size_t largest = 0;
  std::atomic<std::uint64_t> told = 0;
  const ReadPictures read = for_each_group(
      numbered(500, 77), 4, [&](std::uint64_t, std::uint64_t) { ++told; },
      [&](const PictureGroup& group) {
        expect_own_pictures(group);
        const std::lock_guard lock(mutex);
        seen.insert(group.numbers.begin(), group.numbers.end());
        largest = std::max(largest, group.size());
      });
  EXPECT_EQ(seen.size(), 499u);
  EXPECT_EQ(std::set<std::size_t>(seen.begin(), seen.end()).size(), 499u);
  EXPECT_EQ(seen.count(77), 0u);
  EXPECT_GT(largest, 1u);
  EXPECT_EQ(told, 500u);
  ASSERT_EQ(read.findings.size(), 1u);
  EXPECT_EQ(read.findings[0].record, "77");
  EXPECT_FALSE(read.readable[77]);
  EXPECT_TRUE(read.readable[78]);
}

TEST(ForEachGroup, OfNothingIsNothing) {
  EXPECT_THAT(for_each_group(numbered(0), 2, {}, [](const PictureGroup&) { FAIL(); }).findings, IsEmpty());
}

}  // namespace
}  // namespace giemsa::testing
