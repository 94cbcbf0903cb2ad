#include "giemsa/tune/space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/tune/search_spaces.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Config two_stages() {
  Config config;
  config.model.dropout = 0.25;
  config.stages.resize(2);
  config.stages[0].lr = 3e-3;
  config.stages[1].lr = 1e-3;
  return config;
}

Space parse(const std::string& text) { return parse_space(text, "mine.toml", two_stages()); }

TEST(Space, ReadsAllKindsOfEntries) {
  const Space space = parse(R"(
[space]
"stages.*.lr" = {log = [1e-5, 1e-1]}
model.dropout = {uniform = [0.2, 0.5]}
"train.batch" = {integer = [16, 256], step = 16}
"train.sampling" = {choice = ["natural", "balanced"]}
)");
  ASSERT_EQ(space.size(), 4u);  // sorted by key
  EXPECT_EQ(space[0].key, "model.dropout");
  EXPECT_EQ(space[0].kind, SpaceEntry::Kind::Uniform);
  EXPECT_EQ(space[0].own, "0.25");
  EXPECT_EQ(space[1].key, "stages.*.lr");
  EXPECT_EQ(space[1].kind, SpaceEntry::Kind::Log);
  EXPECT_THAT(space[1].options, ElementsAre("stages.0.lr", "stages.1.lr"));
  EXPECT_EQ(space[1].own, "0.003 / 0.001");
  EXPECT_EQ(space[1].low, 1e-5);
  EXPECT_EQ(space[1].high, 1e-1);
  EXPECT_EQ(space[2].step, 16);
  EXPECT_THAT(space[3].choices, ElementsAre("natural", "balanced"));
}

TEST(Space, RejectsWithLineAndHint) {
  struct Case {
    const char* text;
    std::vector<const char*> says;
  };
  const Case cases[] = {
      {"", {"mine.toml: no table [space]"}},
      {"[space]\n", {"no table [space]"}},
      {"[spice]\na = 1\n", {"line 1", "unknown key 'spice'"}},
      {"[space]\n\"train.batch\" = \n", {"mine.toml, line 2: not TOML"}},
      {"[space]\n\"train.bach\" = {choice = [16]}\n",
       {"line 2: unknown key 'train.bach'", "did you mean 'train.batch'?"}},
      {"[space]\n\n\"stages.*.lr2\" = {log = [1e-3, 1]}\n",
       {"line 3: unknown key 'stages.*.lr2'", "did you mean 'stages.0.lr'?"}},
      {"[space]\n\"stages.7.lr\" = {log = [1e-3, 1]}\n", {"unknown key 'stages.7.lr'"}},
      {"[space]\n\"train.batch\" = 16\n", {"line 2: 'train.batch' is given a value"}},
      {"[space]\n\"train.batch\" = {chioce = [16]}\n", {"line 2", "did you mean 'choice'?"}},
      {"[space]\n\"train.batch\" = {choice = [16], stop = 2}\n", {"unknown word 'stop'"}},
      {"[space]\n\"train.batch\" = {choice = [16], integer = [2, 3]}\n", {"both choice and integer"}},
      {"[space]\n\"train.batch\" = {choice = []}\n", {"1 to 1000 values"}},
      {"[space]\n\"train.batch\" = {choice = [16, 1]}\n",
       {"train.batch = 1; expected a whole number, from 2 to 65536"}},
      {"[space]\n\"train.batch\" = {choice = [\"many\"]}\n", {"train.batch = many; expected a whole number"}},
      {"[space]\n\"train.batch\" = {uniform = [16, 32]}\n", {"which uniform does not give", "integer"}},
      {"[space]\n\"train.batch\" = {integer = [16.5, 32]}\n", {"two whole numbers"}},
      {"[space]\n\"train.batch\" = {integer = [16, 32], step = 0}\n", {"step is a whole number from 1"}},
      {"[space]\n\"model.dropout\" = {uniform = [0, 0.5], step = 1}\n", {"beside integer"}},
      {"[space]\n\"model.dropout\" = {uniform = [0.5, 0.5]}\n", {"the first must be below the second"}},
      {"[space]\n\"model.dropout\" = {uniform = [0.5, 1.5]}\n", {"model.dropout = 1.5; expected"}},
      {"[space]\n\"model.dropout\" = {uniform = [0.5]}\n", {"uniform = [low, high] of two numbers"}},
      {"[space]\n\"model.dropout\" = {uniform = [nan, 0.5]}\n", {"the first must be below the second"}},
      {"[space]\n\"stages.*.lr\" = {log = [0, 0.1]}\n", {"a logarithm needs numbers above 0"}},
      {"[space]\n\"train.sampling\" = {choice = [\"balance\"]}\n",
       {"train.sampling = balance", "did you mean 'balanced'?"}},
      {"[space]\n\"train.seed\" = {integer = [1, 9]}\n", {"line 2: 'train.seed' cannot be searched"}},
      {"[space]\n\"data.ratios\" = {choice = [\"80/20\"]}\n", {"measured on different pictures"}},
      {"[space]\n\"stages.*.lr\" = {log = [1e-3, 1]}\n\"stages.1.lr\" = {log = [1e-3, 1]}\n",
       {"sets 'stages.1.lr'"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    try {
      parse(c.text);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      for (const char* words : c.says) EXPECT_THAT(error.what(), HasSubstr(words));
    }
  }
}

TEST(Space, TheCarriedOnesFitTheirRecipes) {
  EXPECT_EQ(parse_space(load_space("quick"), "quick", load_recipe("quickstart")).size(), 5u);
  const Space report = parse_space(load_space("dl_bois"), "dl_bois", load_recipe("quickstart"));
  EXPECT_EQ(report.size(), 6u);  // the rows of its Table 2
  try {
    load_space("quik");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'quick'?"));
  }
}

constexpr const char* kDrawn = R"([space]
"stages.*.lr" = {log = [1e-4, 1e-1]}
"model.dropout" = {uniform = [0.2, 0.5]}
"train.batch" = {integer = [16, 70], step = 16}
"train.sampling" = {choice = ["natural", "balanced", "oversample"]}
)";

TEST(Sampling, TrialZeroIsTheRecipe) {
  const Space space = parse(kDrawn);
  EXPECT_THAT(sample(space, 1, 0), ElementsAre("0.25", "0.003 / 0.001", "64", "natural"));
  EXPECT_THAT(settings_of(space, 0, sample(space, 1, 0)), IsEmpty());
}

TEST(Sampling, SettingsNameEveryOption) {
  const Space space = parse(kDrawn);
  EXPECT_THAT(settings_of(space, 3, {"0.3", "0.01", "32", "balanced"}),
              ElementsAre("model.dropout=0.3", "stages.0.lr=0.01", "stages.1.lr=0.01", "train.batch=32",
                          "train.sampling=balanced"));
}

TEST(Sampling, FollowsTheKindsOfRange) {
  const Space space = parse(kDrawn);
  constexpr int kTrials = 6000;
  double dropout_sum = 0, log_sum = 0;
  std::map<std::string, int> batches, samplings;
  std::array<int, 3> decades{};
  for (std::uint64_t trial = 1; trial <= kTrials; ++trial) {
    const auto values = sample(space, 7, trial);
    const double dropout = std::stod(values[0]), lr = std::stod(values[1]);
    ASSERT_TRUE(dropout >= 0.2 && dropout <= 0.5) << dropout;
    ASSERT_TRUE(lr >= 1e-4 && lr <= 1e-1) << lr;
    dropout_sum += dropout;
    log_sum += std::log10(lr);
    ++decades[static_cast<std::size_t>(std::clamp(static_cast<int>(std::log10(lr) + 4), 0, 2))];
    ++batches[values[2]];
    ++samplings[values[3]];
  }
  // Five standard errors: of a uniform on a width w, w / √(12 n); of a share p, √(p (1 - p) / n).
  EXPECT_NEAR(dropout_sum / kTrials, 0.35, 5 * 0.3 / std::sqrt(12.0 * kTrials));
  EXPECT_NEAR(log_sum / kTrials, -2.5, 5 * 3 / std::sqrt(12.0 * kTrials));
  const double third = 5 * std::sqrt(2.0 / 9 / kTrials), quarter = 5 * std::sqrt(3.0 / 16 / kTrials);
  for (const int count : decades) EXPECT_NEAR(static_cast<double>(count) / kTrials, 1.0 / 3, third);
  ASSERT_EQ(batches.size(), 4u);  // 16, 32, 48, 64: 80 would be beyond
  for (const char* batch : {"16", "32", "48", "64"}) {
    EXPECT_NEAR(static_cast<double>(batches[batch]) / kTrials, 0.25, quarter) << batch;
  }
  ASSERT_EQ(samplings.size(), 3u);
  for (const auto& [name, count] : samplings) {
    EXPECT_NEAR(static_cast<double>(count) / kTrials, 1.0 / 3, third) << name;
  }
}

TEST(Sampling, ReachesBothEndsOfAnIntegerRange) {
  const Space space = parse("[space]\n\"train.patience\" = {integer = [2, 4]}\n");
  std::set<std::string> seen;
  for (std::uint64_t trial = 1; trial < 100; ++trial) seen.insert(sample(space, 1, trial)[0]);
  EXPECT_THAT(seen, ElementsAre("2", "3", "4"));
}

TEST(Sampling, OtherEntriesDoNotMatter) {
  const Space all = parse(kDrawn);
  const Space one = parse("[space]\n\"model.dropout\" = {uniform = [0.2, 0.5]}\n");
  std::set<std::string> different;
  for (std::uint64_t trial = 1; trial < 20; ++trial) {
    EXPECT_EQ(sample(all, 5, trial)[0], sample(one, 5, trial)[0]);
    EXPECT_NE(sample(all, 5, trial), sample(all, 6, trial));
    different.insert(sample(one, 5, trial)[0]);
  }
  EXPECT_GT(different.size(), 17u);
}

}  // namespace
}  // namespace giemsa
