#include "giemsa/plant/plan.h"

#include <map>
#include <numeric>
#include <set>

#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::size_t> all_of(const Source& source) {
  std::vector<std::size_t> numbers(source.records().size());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

std::vector<PlannedPicture> plan_of(const Source& source, const PlantOptions& options) {
  return make_plan(source, all_of(source), options);
}

std::map<std::string_view, std::size_t> counts_of(const std::vector<PlannedPicture>& plan) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& picture : plan) ++counts[kind_name(picture.kind)];
  return counts;
}

TEST(Repeats, AreReadAsWritten) {
  const auto text = [](const std::string& written) {
    std::string read;
    for (const Repeat& repeat : parse_repeats(written)) {
      read += std::to_string(repeat.count) + "<" + repeat.class_name + ">";
    }
    return read;
  };
  EXPECT_EQ(text("1600,200"), "1600<>200<>");
  EXPECT_EQ(text("1600,200:monocyte"), "1600<>200<monocyte>");
  EXPECT_EQ(text("7:band cell"), "7<band cell>");
  EXPECT_EQ(text(""), "");
  EXPECT_EQ(text("0"), "");
  for (const char* wrong : {"x", "-3", "5,", "5:", "5 6", ":ig"}) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { parse_repeats(wrong); }), HasSubstr("Hint: --repeat"));
  }
}

TEST(Plan, TheReportsCounts) {
  const auto source = MadeSource::of_sizes({{"a", 1218},
                                            {"b", 3117},
                                            {"c", 1551},
                                            {"d", 2895},
                                            {"e", 1214},
                                            {"f", 1420},
                                            {"g", 3329},
                                            {"h", 2348}});
  const auto plan = plan_of(source, {.cells = 11'959, .repeats = {{1600, ""}, {200, "f"}}});
  EXPECT_EQ(plan.size(), 11'959u + 1'800 + 8 + 300 + 100 + 20);
  const auto counts = counts_of(plan);
  EXPECT_EQ(counts.at("cell") + counts.at("label_flip"), 11'959u);
  EXPECT_EQ(counts.at("label_flip"), 239u);
  EXPECT_EQ(counts.at("near_duplicate"), 300u);
  std::map<int, int> repeated;
  for (const auto& picture : plan) {
    if (picture.kind == PlantKind::Repeated) ++repeated[picture.label];
  }
  for (int k = 0; k < 8; ++k) EXPECT_EQ(repeated[k], k == 5 ? 400 : 200);  // report AXON's counts
}

TEST(Plan, CellsKeepTheSharesOfTheClasses) {
  const auto source = MadeSource::of_sizes({{"a", 600}, {"b", 300}, {"c", 100}});
  const PlantOptions none{.cells = 101,
                          .repeats = {},
                          .exact_copies = 0,
                          .near_duplicates = 0,
                          .non_cells = 0,
                          .flips_frac = 0,
                          .corrupt = 0};
  std::vector<int> taken(3);
  std::set<std::size_t> records;
  for (const auto& picture : plan_of(source, none)) {
    EXPECT_EQ(picture.kind, PlantKind::Cell);
    EXPECT_EQ(picture.label, picture.true_label);
    EXPECT_TRUE(records.insert(picture.record).second);
    ++taken[static_cast<std::size_t>(picture.label)];
  }
  EXPECT_THAT(taken, ElementsAre(61, 30, 10));
}

TEST(Plan, NoFaultHidesAnother) {
  const auto source = MadeSource::of_sizes({{"a", 200}, {"b", 100}, {"c", 100}});
  const auto plan = plan_of(source, {.seed = 3,
                                     .repeats = {},
                                     .exact_copies = 9,
                                     .near_duplicates = 50,
                                     .non_cells = 7,
                                     .flips_frac = 0.1,
                                     .corrupt = 12});
  std::set<std::size_t> originals;
  std::set<std::uint64_t> numbers;
  int other_label = 0;
  for (const auto& picture : plan) {
    EXPECT_TRUE(numbers.insert(picture.number).second);
    const bool flipped = picture.kind == PlantKind::LabelFlip;
    EXPECT_TRUE(!flipped || picture.label != picture.true_label);
    if (picture.original == PlannedPicture::kNone) continue;
    EXPECT_TRUE(originals.insert(picture.original).second);
    const PlannedPicture& original = plan[picture.original];
    EXPECT_EQ(original.kind, PlantKind::Cell);  // never a flipped one
    EXPECT_EQ(original.record, picture.record);
    if (picture.kind == PlantKind::ExactCopy) other_label += picture.label != original.label;
    EXPECT_TRUE(picture.kind != PlantKind::NearDuplicate || picture.label == original.label);
    EXPECT_EQ(picture.true_label, picture.kind == PlantKind::Corrupt ? -1 : original.true_label);
  }
  EXPECT_EQ(originals.size(), 71u);
  EXPECT_EQ(other_label, 4);
  EXPECT_EQ(*numbers.begin(), 1u);
  EXPECT_EQ(*numbers.rbegin(), plan.size());
}

TEST(Plan, NumbersTellNothingOfTheKind) {
  const auto source = MadeSource::of_sizes({{"a", 500}, {"b", 500}});
  double sum = 0;
  const auto plan = plan_of(source, {.repeats = {{1000, ""}}});
  for (const auto& picture : plan) {
    if (picture.kind == PlantKind::Repeated) sum += static_cast<double>(picture.number);
  }
  EXPECT_NEAR(sum / 1000, static_cast<double>(plan.size()) / 2, 50);  // sd of the mean: 13
}

TEST(Plan, SeedsDiffer) {
  const auto source = MadeSource::of_sizes({{"a", 500}, {"b", 500}});
  const auto numbers = [&](std::uint64_t seed) {
    std::vector<std::uint64_t> all;
    for (const auto& picture : plan_of(source, {.seed = seed})) {
      all.push_back(picture.number * 10 + static_cast<std::uint64_t>(picture.kind));
    }
    return all;
  };
  EXPECT_EQ(numbers(1), numbers(1));
  EXPECT_NE(numbers(1), numbers(2));
}

TEST(Plan, ImpossibleWishesAreNamed) {
  const auto source = MadeSource::of_sizes({{"a", 50}, {"bee", 50}});
  const auto one = MadeSource::of_sizes({{"a", 500}});
  const auto says = [&](const Source& data, const PlantOptions& options) {
    return error_of(ErrorKind::Usage, [&] { plan_of(data, options); });
  };
  EXPECT_THAT(says(source, {.cells = 101}), AllOf(HasSubstr("101 cells"), HasSubstr("100 different")));
  EXPECT_THAT(says(source, {.cells = 1}), HasSubstr("2 classes"));
  EXPECT_THAT(says(source, {}), AllOf(HasSubstr("300 near-duplicates"), HasSubstr("--near")));
  EXPECT_THAT(says(source, {.near_duplicates = -1}), HasSubstr("near is -1"));
  EXPECT_THAT(says(source, {.flips_frac = 1.5}), HasSubstr("flips is 1.5"));
  EXPECT_THAT(says(source, {.repeats = {{5, "be"}}, .near_duplicates = 0}), HasSubstr("did you mean 'bee'?"));
  EXPECT_THAT(says(one, {.cells = 400}), HasSubstr("need two classes"));
}

}  // namespace
}  // namespace giemsa::testing
