#include "giemsa/duplicates/duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A picture with that content and those stored bytes, each named by a number.
PictureFacts content(std::uint64_t pixels, std::uint64_t stored) {
  PictureFacts facts;
  facts.pixels.low = pixels;
  facts.stored.low = stored;
  return facts;
}

PictureFacts broken() {
  PictureFacts facts;
  facts.broken = Finding{"x", "corrupt", "truncated"};
  return facts;
}

TEST(GroupDuplicates, TellsFilesFromPixels) {
  const std::vector<PictureFacts> pictures{content(1, 10), content(2, 20), content(1, 11), content(1, 10)};
  const auto groups = group_duplicates(pictures, std::vector{0, 0, 0, 0}, {});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_THAT(groups[0].records(), ElementsAre(0u, 2u, 3u));
  EXPECT_EQ(groups[0].members[1].likeness, Likeness::Pixels);
  EXPECT_EQ(groups[0].members[2].likeness, Likeness::File);
  EXPECT_EQ(groups[0].members[2].like, 0u);
  EXPECT_EQ(groups[0].likeness(), Likeness::Pixels);
  EXPECT_FALSE(groups[0].conflicting);
}

TEST(GroupDuplicates, NearPairsTakeIdenticalCopiesAlong) {
  // 0 = 3 and 1 = 4; 1 is near 0; 2 is alone.
  const std::vector<PictureFacts> pictures{content(1, 1), content(2, 2), content(3, 3), content(1, 1),
                                           content(2, 2)};
  const std::vector<NearPair> near{{.a = 0, .b = 1, .similarity = 0.96f}};
  const auto groups = group_duplicates(pictures, std::vector(5, -1), near);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_THAT(groups[0].records(), ElementsAre(0u, 1u, 3u, 4u));
  EXPECT_EQ(groups[0].members[1].likeness, Likeness::Near);
  EXPECT_FLOAT_EQ(groups[0].members[1].similarity, 0.96f);
  EXPECT_EQ(groups[0].members[3].like, 1u);
  EXPECT_EQ(groups[0].members[3].likeness, Likeness::File);
}

TEST(GroupDuplicates, EveryMemberIsTiedToAnotherOne) {
  // 0–2 and 1–2: record 1 has no earlier partner and is tied to the later one.
  const std::vector<PictureFacts> pictures{content(1, 1), content(2, 2), content(3, 3)};
  const std::vector<NearPair> near{{.a = 0, .b = 2, .similarity = 0.95f},
                                   {.a = 1, .b = 2, .similarity = 0.99f}};
  const auto groups = group_duplicates(pictures, std::vector(3, 0), near);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].members[0].like, 0u);
  EXPECT_EQ(groups[0].members[1].like, 2u);
  EXPECT_EQ(groups[0].members[2].like, 1u);  // the more similar of its two
}

TEST(GroupDuplicates, ConflictsAreOfLabelsOnly) {
  const std::vector<PictureFacts> pictures(3, content(1, 1));
  const auto conflicting = [&](std::vector<int> labels) {
    return group_duplicates(pictures, labels, {}).at(0).conflicting;
  };
  EXPECT_TRUE(conflicting({0, 0, 1}));
  EXPECT_FALSE(conflicting({1, 1, 1}));
  EXPECT_FALSE(conflicting({-1, 1, 1}));
  EXPECT_TRUE(conflicting({-1, 1, 2}));
  EXPECT_FALSE(conflicting({-1, -1, -1}));
}

TEST(GroupDuplicates, BrokenPicturesAreLikeNothing) {
  const std::vector<PictureFacts> pictures{broken(), broken(), content(1, 1)};
  EXPECT_THAT(group_duplicates(pictures, std::vector(3, 0), {}), IsEmpty());
  EXPECT_THAT(distinct_pictures(pictures), ElementsAre(2u));
}

}  // namespace
}  // namespace giemsa
