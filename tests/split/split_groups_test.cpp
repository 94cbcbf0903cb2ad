// Splits and folds of data in which some records have to stay together.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error_matchers.h"
#include "giemsa/split/folds.h"
#include "giemsa/split/split.h"
#include "split/made_groups.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kDataSets = 200;
const SplitRatios kRatios[] = {{81, 9, 10}, {80, 20, 0}, {1, 1, 1}, {70, 15, 15}};

/// More or fewer records of any class in any part than its share, at most.
double worst(const Split& split, const Source& source, const SplitRatios& ratios) {
  return std::abs(largest_deviation(split, source, ratios).records);
}

/// The largest number of records that one group has of one class.
std::int64_t largest_of_one_class(const MadeGroups& made) {
  const RecordGroups groups = made.groups();
  std::map<std::pair<std::int64_t, int>, std::int64_t> counts;
  std::int64_t largest = 1;
  for (std::size_t i = 0; i < made.records.size(); ++i) {
    if (groups.of[i] >= 0) largest = std::max(largest, ++counts[{groups.of[i], made.records[i].label}]);
  }
  return largest;
}

TEST(GroupedSplit, KeepsGroupsTogetherAndSharesToWithinOneRecord) {
  // 16 single records of each class are enough to balance groups of up to 8 over three parts.
  for (std::uint64_t seed = 0; seed < kDataSets; ++seed) {
    const MadeGroups made(seed, {.classes = 1 + static_cast<int>(seed % 5),
                                 .singles_per_class = 30,
                                 .groups_per_class = 1 + static_cast<int>(seed % 30),
                                 .subjects = true});
    const SplitRatios ratios = kRatios[seed % 4];
    const Split split = make_split(made.source(), ratios, seed, made.groups());
    EXPECT_THAT(straddling_groups(split, made.groups()), IsEmpty()) << seed;
    EXPECT_LT(worst(split, made.source(), ratios), 1) << seed;
  }
}

TEST(GroupedSplit, GroupsOfSeveralClassesToo) {
  for (std::uint64_t seed = 0; seed < kDataSets; ++seed) {
    const MadeGroups made(seed, {.classes = 2 + static_cast<int>(seed % 7),
                                 .singles_per_class = 40,
                                 .groups_per_class = 10,
                                 .mixed = 0.4,
                                 .subjects = true});
    const SplitRatios ratios = kRatios[seed % 4];
    const Split split = make_split(made.source(), ratios, seed, made.groups());
    EXPECT_THAT(straddling_groups(split, made.groups()), IsEmpty()) << seed;
    EXPECT_LT(worst(split, made.source(), ratios), 1) << seed;
  }
}

TEST(GroupedSplit, WithoutSingleRecordsNoShareIsExceededByItsLargestGroup) {
  for (std::uint64_t seed = 0; seed < kDataSets; ++seed) {
    MadeGroups made(seed, {.singles_per_class = 0, .groups_per_class = 40});
    const SplitRatios ratios = kRatios[seed % 4];
    const auto largest = static_cast<double>(largest_of_one_class(made));
    const MadeSource source = made.source();
    Split split;
    try {
      split = make_split(source, ratios, seed, made.groups());
    } catch (const Error& error) {  // a class of fewer than three groups
      EXPECT_THAT(error.what(), HasSubstr("parts need at least"));
      continue;
    }
    EXPECT_THAT(straddling_groups(split, made.groups()), IsEmpty()) << seed;
    const auto shares = shares_of(ratios);
    for (const auto& row : count_split(split, source)) {
      const auto total = static_cast<double>(row[0] + row[1] + row[2]);
      for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_LT(static_cast<double>(row[p]) - shares[p] * total, largest) << seed;
        EXPECT_EQ(row[p] > 0, shares[p] > 0) << seed;
      }
    }
  }
}

TEST(GroupedSplit, DependsOnTheSeedAndNotOnTheOrderOfRecords) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    MadeGroups made(seed, {.groups_per_class = 10, .mixed = 0.3, .subjects = true});
    const auto parts_by_id = [&](std::uint64_t split_seed, bool folds) {
      std::map<std::string, Part> parts;
      const Split split = folds ? make_folds(made.source(), 3, split_seed, made.groups())[0]
                                : make_split(made.source(), {}, split_seed, made.groups());
      for (std::size_t i = 0; i < made.records.size(); ++i) parts[made.records[i].id] = split.parts[i];
      return parts;
    };
    const auto split = parts_by_id(7, false), fold = parts_by_id(7, true);
    EXPECT_NE(parts_by_id(8, false), split);
    EXPECT_NE(parts_by_id(8, true), fold);
    Random random({seed});
    made.shuffle_records(random);
    EXPECT_EQ(parts_by_id(7, false), split);
    EXPECT_EQ(parts_by_id(7, true), fold);
  }
}

TEST(GroupedSplit, OtherSeedsPutWholeGroupsElsewhere) {
  const MadeGroups made(3, {.classes = 2, .singles_per_class = 0, .groups_per_class = 30});
  std::set<std::vector<Part>> splits;
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    splits.insert(make_split(made.source(), {60, 20, 20}, seed, made.groups()).parts);
  EXPECT_EQ(splits.size(), 10u);
}

TEST(GroupedSplit, GroupsThatAreNoneChangeNothing) {
  const auto source = MadeSource::of_sizes({{"a", 40}, {"b", 30}});
  const std::vector<Part> alone = make_split(source, {}, 3).parts;
  EXPECT_EQ(make_split(source, {}, 3, join_groups(source.records(), {})).parts, alone);
  EXPECT_EQ(make_split(source, {}, 3, join_groups(source.records(), {{5}, {}, {7, 7}})).parts, alone);
}

TEST(GroupedSplit, ALargeGroupGoesWhereItFits) {
  const auto source = MadeSource::of_sizes({{"a", 100}});
  std::vector<std::size_t> twelve;
  for (std::size_t i = 40; i < 52; ++i) twelve.push_back(i);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const RecordGroups groups = join_groups(source.records(), {twelve});
    const Split split = make_split(source, {80, 10, 10}, seed, groups);
    EXPECT_EQ(split.parts[40], Part::Train);
    EXPECT_EQ(count_split(split, source)[0], (std::array<std::size_t, 3>{80, 10, 10}));
  }
}

TEST(GroupedSplit, EveryPartGetsEveryClassEvenWhereThatUpsetsTheShares) {
  // Three groups of four are all there is of b: one for each part, though val's share is one record.
  const auto source = MadeSource::of_sizes({{"a", 60}, {"b", 12}});
  const RecordGroups groups =
      join_groups(source.records(), {{60, 61, 62, 63}, {64, 65, 66, 67}, {68, 69, 70, 71}});
  const Split split = make_split(source, {}, 1, groups);
  EXPECT_EQ(count_split(split, source)[1], (std::array<std::size_t, 3>{4, 4, 4}));
  const Deviation deviation = largest_deviation(split, source, {});
  EXPECT_EQ(deviation.label, 1u);
  EXPECT_EQ(deviation.part, Part::Train);
  EXPECT_NEAR(deviation.records, 4 - 0.81 * 12, 1e-12);
}

TEST(GroupedSplit, TooFewGroupsAreNamed) {
  const auto source = MadeSource::of_sizes({{"a", 9}, {"b", 9}});
  const RecordGroups groups = join_groups(source.records(), {{9, 10, 11, 12, 13}, {14, 15, 16, 17}});
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { make_split(source, {}, 1, groups); }),
              HasSubstr("class 'b' has 9 records in 2 groups; 3 parts need at least 3"));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { make_folds(source, 5, 1, groups); }),
              AllOf(HasSubstr("class 'b' has 9 records in 2 groups; 5 folds need at least 5"),
                    HasSubstr("Hint: --folds 2")));
  EXPECT_EQ(straddling_groups(make_split(source, {1, 1, 0}, 1, groups), groups).size(), 0u);
}

TEST(GroupedSplit, GroupsThatCannotBeDividedAreNamed) {
  // Every class sits in two of three patients; two parts cannot both have all three classes.
  std::vector<Record> records;
  for (const auto& [subject, label] : {std::pair{"p", 0}, {"p", 1}, {"q", 1}, {"q", 2}, {"r", 2}, {"r", 0}}) {
    const std::string id = std::to_string(records.size());
    records.push_back({.id = id, .path = id, .label = label, .subject = subject});
  }
  const MadeSource source({"a", "b", "c"}, records);
  const RecordGroups groups = join_groups(records, {});
  EXPECT_THAT(error_of(ErrorKind::Data,
                       [&] {
                         make_split(source, {1, 1, 0}, 1, groups);
                       }),
              AllOf(HasSubstr("is missing in a part"), HasSubstr("Hint: ")));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { make_folds(source, 2, 1, groups); }),
              HasSubstr("is missing in a part"));
  // One more picture, alone, and it works.
  records.push_back({.id = "single", .path = "", .label = 1});
  const MadeSource more({"a", "b", "c"}, records);
  EXPECT_NO_THROW(check_split(make_split(more, {1, 1, 0}, 1, join_groups(records, {})), more));
}

TEST(Folds, AreDisjointAndCoverWhatIsLabelled) {
  for (std::uint64_t seed = 0; seed < kDataSets; ++seed) {
    const int folds = std::array{2, 3, 5, 10}[seed % 4];
    const double test_share = seed % 3 == 0 ? 0.1 : 0;
    MadeGroups made(seed, {.classes = 1 + static_cast<int>(seed % 4),
                           .singles_per_class = 80,
                           .groups_per_class = 10,
                           .mixed = seed % 2 == 0 ? 0.3 : 0,
                           .subjects = true});
    made.records.push_back({.id = "unlabelled", .path = ""});
    const MadeSource source = made.source();
    const auto splits = make_folds(source, folds, seed, made.groups(), test_share);
    ASSERT_EQ(splits.size(), static_cast<std::size_t>(folds));
    for (std::size_t i = 0; i < made.records.size(); ++i) {
      std::array<int, 4> times{};
      for (const Split& split : splits) ++times[static_cast<std::size_t>(split.parts[i])];
      const std::array<int, 4> once{0, folds - 1, 1, 0}, held_out{0, 0, 0, folds}, nowhere{folds, 0, 0, 0};
      if (made.records[i].label < 0) {
        EXPECT_EQ(times, nowhere);
      } else if (test_share == 0 || splits[0].parts[i] != Part::Test) {
        EXPECT_EQ(times, once);
      } else {
        EXPECT_EQ(times, held_out);
      }
    }
    for (const Split& split : splits) {
      EXPECT_THAT(straddling_groups(split, made.groups()), IsEmpty()) << seed;
      EXPECT_NO_THROW(check_split(split, source));
      // A fold is within one record of its share, the train part of the others within (folds - 1) of them.
      const SplitRatios ratios = fold_ratios(folds, test_share);
      const auto counts = count_split(split, source);
      for (std::size_t k = 0; k < counts.size(); ++k) {
        const auto total = static_cast<double>(counts[k][0] + counts[k][1] + counts[k][2]);
        EXPECT_LT(std::abs(static_cast<double>(counts[k][1]) - ratios.val * total), 1) << seed;
        EXPECT_LT(std::abs(static_cast<double>(counts[k][2]) - ratios.test * total), 1) << seed;
      }
    }
  }
}

TEST(Folds, SizesDifferByOneRecordAtMost) {
  const auto source = MadeSource::of_sizes({{"a", 23}, {"b", 10}, {"c", 11}});
  const auto splits = make_folds(source, 5, 1);
  for (std::size_t k = 0; k < 3; ++k) {
    std::set<std::size_t> sizes;
    for (const Split& split : splits) sizes.insert(count_split(split, source)[k][1]);
    EXPECT_EQ(sizes, (std::array<std::set<std::size_t>, 3>{{{4, 5}, {2}, {2, 3}}})[k]);
  }
}

TEST(Folds, MistakesAreNamed) {
  const auto source = MadeSource::of_sizes({{"a", 20}, {"rare", 3}, {"one", 9}});
  EXPECT_THAT(
      error_of(ErrorKind::Data, [&] { make_folds(source, 5, 1); }),
      AllOf(HasSubstr("class 'rare' has 3 records; 5 folds need at least 5"), HasSubstr("--folds 3")));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { make_folds(source, 3, 1, {}, 0.1); }),
              AllOf(HasSubstr("3 records; 3 folds and a test part need at least 4"), HasSubstr("--folds 2")));
  EXPECT_THAT(error_of(ErrorKind::Data,
                       [&] {
                         make_folds(MadeSource::of_sizes({{"x", 1}}), 2, 1);
                       }),
              HasSubstr("add pictures"));
  for (const int folds : {-1, 0, 1, 101}) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { make_folds(source, folds, 1); }), HasSubstr("2 to 100"));
  }
  for (const double share : {-0.1, 1.0, 2.0, static_cast<double>(NAN)}) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { make_folds(source, 2, 1, {}, share); }),
                HasSubstr("test share"));
  }
}

}  // namespace
}  // namespace giemsa::testing
