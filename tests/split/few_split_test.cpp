#include "giemsa/split/few_split.h"

#include <numeric>

#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

std::vector<std::size_t> all_of(const Source& source) {
  std::vector<std::size_t> records(source.records().size());
  std::iota(records.begin(), records.end(), std::size_t{0});
  return records;
}

const MadeSource& cells() {
  static const MadeSource source = MadeSource::of_sizes({{"a", 40}, {"b", 20}, {"c", 3}, {"d", 2}});
  return source;
}
const std::vector<int> kMatch{0, 1, 2, 3};

TEST(FewSplit, LearnsSomeOfEachClassAndLeavesAQuarter) {
  const struct {
    FewOptions options;
    std::vector<std::array<std::size_t, 3>> counts;  ///< train, val, test of each class
  } cases[] = {
      {{.per_class = 20}, {{20, 20, 0}, {15, 5, 0}, {2, 1, 0}, {1, 1, 0}}},
      {{.per_class = 1}, {{1, 39, 0}, {1, 19, 0}, {1, 2, 0}, {1, 1, 0}}},
      {{.per_class = 0}, {{40, 0, 0}, {20, 0, 0}, {3, 0, 0}, {2, 0, 0}}},
      {{.per_class = 20, .leaves_some = false}, {{20, 20, 0}, {20, 0, 0}, {3, 0, 0}, {2, 0, 0}}},
  };
  for (const auto& [options, counts] : cases)
    EXPECT_EQ(count_split(few_split(cells(), all_of(cells()), kMatch, options), cells()), counts);
}

TEST(FewSplit, DependsOnTheSeedAndKeepsASmallerChoice) {
  const auto learned = [](std::size_t per_class, std::uint64_t seed) {
    return few_split(cells(), all_of(cells()), kMatch, {.per_class = per_class, .seed = seed})
        .members(Part::Train);
  };
  EXPECT_EQ(learned(10, 1), learned(10, 1));
  EXPECT_NE(learned(10, 1), learned(10, 2));
  EXPECT_THAT(learned(12, 1), IsSupersetOf(learned(5, 1)));
}

TEST(FewSplit, LeavesOutWhatHasNoClassOfTheModel) {
  const Split split = few_split(cells(), all_of(cells()), std::vector<int>{-1, 1, -1, 0}, {.per_class = 5});
  EXPECT_EQ(count_split(split, cells()),
            (std::vector<std::array<std::size_t, 3>>{{0, 0, 0}, {5, 15, 0}, {0, 0, 0}, {1, 1, 0}}));
}

TEST(FewSplit, CountsClassesOfTheModel) {
  const Split split = few_split(cells(), all_of(cells()), std::vector<int>{0, 0, 1, -1}, {.per_class = 6});
  const auto counts = count_split(split, cells());
  EXPECT_EQ(counts[0][0] + counts[1][0], 6u) << "of both that are one class of the model";
  EXPECT_EQ(counts[0][1] + counts[1][1], 54u);
  EXPECT_EQ(counts[2][0], 2u);
}

TEST(FewSplit, RefusesWhatCannotBeChosenFrom) {
  const MadeSource lonely = MadeSource::of_sizes({{"a", 4}, {"b", 1}});
  const std::vector<int> both{0, 1};
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { few_split(lonely, all_of(lonely), both, {}); }),
              HasSubstr("class 'b' has one picture"));
  EXPECT_EQ(few_split(lonely, all_of(lonely), both, {.per_class = 0}).members(Part::Train).size(), 5u);
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { few_split(lonely, {}, both, {}); }),
              HasSubstr("no labelled picture"));
}

}  // namespace
}  // namespace giemsa::testing
