#include "giemsa/split/split.h"

#include <algorithm>
#include <cmath>

#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Part T = Part::Train, V = Part::Val, E = Part::Test, N = Part::None;
using Counts = std::array<std::size_t, 3>;

TEST(Ratios, TwoOrThreePositiveNumbers) {
  const SplitRatios three = parse_ratios("81/9/10");
  EXPECT_EQ(three.train, 81);
  EXPECT_EQ(three.val, 9);
  EXPECT_EQ(three.test, 10);
  const SplitRatios two = parse_ratios("0.8/0.2");
  EXPECT_EQ(two.train, 0.8);
  EXPECT_EQ(two.val, 0.2);
  EXPECT_EQ(two.test, 0);
  for (const char* bad : {"", "80", "80/", "/20", "80/20/", "80/20/0", "80/-20", "80/x", "8 /2", "80/20/1/1",
                          "80:20", "nan/1", "inf/1", "1e999/1", "0x5/1"}) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { parse_ratios(bad); }),
                HasSubstr("81/9/10 or 80/20 are expected"))
        << bad;
  }
}

TEST(MakeSplit, SizesByLargestRemainder) {
  const struct {
    int records;
    SplitRatios ratios;
    Counts sizes;
  } kCases[] = {
      {100, {81, 9, 10}, {81, 9, 10}},
      {1218, {81, 9, 10}, {986, 110, 122}},  // 986.58 109.62 121.80: two are left over, for test and val
      {10, {80, 20, 0}, {8, 2, 0}},
      {7, {1, 1, 1}, {3, 2, 2}},  // ties go to the earlier part
      {11, {81, 9, 10}, {9, 1, 1}},
      {3, {81, 9, 10}, {1, 1, 1}},  // one each before anything else
      {4, {81, 9, 10}, {2, 1, 1}},
      {2, {99, 1, 0}, {1, 1, 0}},
  };
  for (const auto& [records, ratios, sizes] : kCases) {
    const auto source = MadeSource::of_sizes({{"a", records}});
    EXPECT_EQ(count_split(make_split(source, ratios, 1), source)[0], sizes) << records;
  }
}

TEST(MakeSplit, SharesHoldToWithinOneRecordPerClass) {
  for (const SplitRatios ratios : {SplitRatios{81, 9, 10}, SplitRatios{80, 20, 0}, SplitRatios{1, 1, 1}}) {
    for (int n = 20; n <= 320; n += 13) {
      const auto source = MadeSource::of_sizes({{"a", n}, {"b", 2 * n + 1}, {"c", 3 * n + 2}});
      const auto counts = count_split(make_split(source, ratios, static_cast<std::uint64_t>(n)), source);
      const double sum = ratios.train + ratios.val + ratios.test;
      const double shares[] = {ratios.train / sum, ratios.val / sum, ratios.test / sum};
      for (const auto& row : counts) {
        const auto total = static_cast<double>(row[0] + row[1] + row[2]);
        for (std::size_t p = 0; p < 3; ++p) {
          EXPECT_LT(std::abs(static_cast<double>(row[p]) - shares[p] * total), 1.0) << n;
        }
      }
    }
  }
}

TEST(MakeSplit, SameSeedSameSplitAndOtherSeedOtherSplit) {
  const auto source = MadeSource::of_sizes({{"a", 50}, {"b", 70}});
  const Split first = make_split(source, {}, 7);
  EXPECT_EQ(first.parts, make_split(source, {}, 7).parts);
  EXPECT_NE(first.parts, make_split(source, {}, 8).parts);
}

TEST(MakeSplit, DependsOnIdsAndNotOnOrderOrOtherClasses) {
  const auto source = MadeSource::of_sizes({{"a", 40}, {"b", 30}});
  const Split split = make_split(source, {}, 3);
  std::vector<Record> reversed(source.records().rbegin(), source.records().rend());
  for (auto& record : reversed) record.label += 1;
  for (int i = 0; i < 10; ++i) {
    reversed.push_back({.id = "0/" + std::to_string(i), .path = "", .label = 0});
  }
  const MadeSource other({"0", "a", "b"}, reversed);
  const Split again = make_split(other, {}, 3);
  for (std::size_t i = 0; i < 70; ++i)
    EXPECT_EQ(again.parts[69 - i], split.parts[i]) << source.records()[i].id;
}

TEST(MakeSplit, RecordsWithoutLabelStayOut) {
  const MadeSource source({"a"}, {{.id = "1", .path = "", .label = 0},
                                  {.id = "2", .path = "", .label = -1},
                                  {.id = "3", .path = "", .label = 0}});
  const Split split = make_split(source, {1, 1, 0}, 1);
  EXPECT_EQ(split.parts[1], Part::None);
  EXPECT_EQ(count_split(split, source)[0], (Counts{1, 1, 0}));
}

TEST(MakeSplit, TooFewRecordsOrBadSharesAreNamed) {
  const auto source = MadeSource::of_sizes({{"a", 9}, {"rare", 2}});
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { make_split(source, {}, 1); }),
              HasSubstr("class 'rare' has 2 records; 3 parts need at least 3"));
  EXPECT_EQ(count_split(make_split(source, {80, 20, 0}, 1), source)[1], (Counts{1, 1, 0}));
  for (const SplitRatios bad : {SplitRatios{0, 1, 1}, SplitRatios{1, 0, 1}, SplitRatios{1, 1, -1},
                                SplitRatios{INFINITY, 1, 1}, SplitRatios{NAN, 1, 1}}) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { make_split(source, bad, 1); }), HasSubstr("shares"));
  }
}

TEST(Split, MembersAreAscending) {
  const Split split{.parts = {T, V, T, N, E, V, T}};
  EXPECT_THAT(split.members(T), ElementsAre(0, 2, 6));
  EXPECT_THAT(split.members(V), ElementsAre(1, 5));
  EXPECT_THAT(split.members(E), ElementsAre(4));
  EXPECT_THAT(split.members(N), ElementsAre(3));
}

TEST(CheckSplit, TakesSoundSplitsAndNamesWhatIsWrong) {
  const auto source = MadeSource::of_sizes({{"a", 3}, {"b", 3}});
  const struct {
    std::vector<Part> parts;
    const char* says;  ///< nullptr: sound
  } kCases[] = {
      {{T, V, E, T, V, E}, nullptr},
      {{T, V, N, T, V, N}, nullptr},
      {{T, V, E, T, E, N}, nullptr},  // in two of the three parts
      {{N, N, N, N, N, N}, "the train part is empty"},
      {{V, V, E, V, V, E}, "the train part is empty"},
      {{T, T, E, T, T, E}, "the val part is empty"},
      {{T, V, T, T, T, T}, "class 'b' occurs only in the train part"},
      {{T, T, T, T, V, T}, "class 'a' occurs only in the train part"},
      {{T, V, T, E, E, E}, "class 'b' occurs only in the test part"},
      {{T, V, T, N, N, N}, "class 'b' occurs in no part"},
  };
  for (const auto& [parts, says] : kCases) {
    const Split split{.parts = parts};
    if (!says) {
      EXPECT_NO_THROW(check_split(split, source));
    } else {
      EXPECT_THAT(error_of(ErrorKind::Data, [&] { check_split(split, source); }), HasSubstr(says));
    }
  }
  EXPECT_THAT(error_of(ErrorKind::Internal, [&] { check_split(Split{.parts = {T}}, source); }),
              HasSubstr("made for another source"));
}

TEST(OfficialSplit, IsTheSourcesOwn) {
  const MadeSource named({"a"}, {{.id = "1", .path = "", .label = 0, .official = T},
                                 {.id = "2", .path = "", .label = 0, .official = V},
                                 {.id = "3", .path = "", .label = 0}});
  EXPECT_THAT(official_split(named).parts, ElementsAre(T, V, N));
  const auto unnamed = MadeSource::of_sizes({{"a", 2}});
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { official_split(unnamed); }),
              AllOf(HasSubstr("names no split"), HasSubstr("Hint: ")));
}

TEST(SplitHash, NamesTheSplitWhateverTheOrder) {
  const MadeSource source({"a", "b"},
                          {{.id = "1", .path = "", .label = 0}, {.id = "2", .path = "", .label = 1}});
  const MadeSource turned({"b", "a"},
                          {{.id = "2", .path = "", .label = 0}, {.id = "1", .path = "", .label = 1}});
  const MadeSource relabelled({"a", "b"},
                              {{.id = "1", .path = "", .label = 1}, {.id = "2", .path = "", .label = 1}});
  const std::string hash = split_hash(Split{.parts = {T, V}}, source);
  // printf '1\0a\0train\0002\0b\0val\0' | sha256sum
  EXPECT_EQ(hash, "c4c1b7d5c7bb4b53cb70f3248f5d44a936bfb40df3601f9dc3eb68a0ca166fa1");
  EXPECT_EQ(split_hash(Split{.parts = {V, T}}, turned), hash);
  EXPECT_NE(split_hash(Split{.parts = {V, T}}, source), hash);
  EXPECT_NE(split_hash(Split{.parts = {T, V}}, relabelled), hash);
}

}  // namespace
}  // namespace giemsa::testing
