#include "giemsa/duplicates/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/made_source.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Image cell(CellClass kind, std::uint64_t seed) {
  Random random({seed, static_cast<std::uint64_t>(kind)});
  return draw_cell(kind, 64, random);
}

TEST(FindLeakage, NamesWhatIsOnBothSides) {
  const TemporaryFolder folder;
  const Image shared = cell(CellClass::Neutrophil, 1), near = cell(CellClass::Ig, 2);
  put_picture(folder.path() / "A/ig/0.png", near);            // 0
  put_picture(folder.path() / "A/neutrophil/1.png", shared);  // 1
  put_picture(folder.path() / "A/neutrophil/2.png", shared);  // 2
  put_picture(folder.path() / "A/platelet/3.png", cell(CellClass::Platelet, 3));
  put_picture(folder.path() / "A/platelet/4.png", cell(CellClass::Platelet, 3));  // twice, but in A only
  put_text(folder.path() / "B/ig/5.png", "broken");
  write_atomic(folder.path() / "B/ig/6.jpg", encode_jpeg(near, 80));
  put_picture(folder.path() / "B/monocyte/7.png", shared);
  put_picture(folder.path() / "B/monocyte/8.png", cell(CellClass::Monocyte, 4));
  const auto a = open_source(folder.path() / "A"), b = open_source(folder.path() / "B");
  std::uint64_t last = 0;
  const Leakage leakage = find_leakage(*a, *b, {}, [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, 9u);
    last = std::max(last, done);
  });
  EXPECT_EQ(last, 9u);
  EXPECT_EQ(leakage.count_a, 5u);
  EXPECT_EQ(leakage.count_b, 4u);
  ASSERT_EQ(leakage.groups.size(), 2u);
  EXPECT_THAT(leakage.groups[0].records(), ElementsAre(0, 6));
  EXPECT_EQ(leakage.groups[0].likeness(), Likeness::Near);
  EXPECT_FALSE(leakage.groups[0].conflicting);  // class ig is the first of A and of B
  EXPECT_THAT(leakage.groups[1].records(), ElementsAre(1, 2, 7));
  EXPECT_EQ(leakage.groups[1].likeness(), Likeness::File);
  EXPECT_TRUE(leakage.groups[1].conflicting);
  EXPECT_EQ(leakage.leaked_a, 3u);
  EXPECT_EQ(leakage.leaked_b, 2u);
  ASSERT_EQ(leakage.unusable.size(), 1u);
  EXPECT_EQ(leakage.unusable[0].record, "ig/5.png");
}

TEST(LeaksBetweenParts, AreGroupsInMoreThanOnePart) {
  const auto group = [](std::vector<std::size_t> records) {
    DuplicateGroup made;
    for (const std::size_t record : records) made.members.push_back({.record = record, .like = records[0]});
    return made;
  };
  const std::vector<Part> parts{Part::Train, Part::Train, Part::Val, Part::Test, Part::None};
  const auto leaking = [&](std::vector<std::size_t> records) {
    return !leaks_between_parts({group(std::move(records))}, parts).empty();
  };
  EXPECT_FALSE(leaking({0, 1}));
  EXPECT_FALSE(leaking({0, 4}));  // in no part
  EXPECT_TRUE(leaking({0, 2}));
  EXPECT_TRUE(leaking({2, 3, 4}));
  EXPECT_THAT(leaks_between_parts({}, parts), IsEmpty());
}

}  // namespace
}  // namespace giemsa::testing
