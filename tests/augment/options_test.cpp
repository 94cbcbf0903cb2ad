#include "giemsa/augment/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "core/error_matchers.h"
#include "giemsa/augment/policies.h"

namespace giemsa {
namespace {

using enum OperationId;
using testing::error_of;
using ::testing::HasSubstr;

DescribeFunction describer(AugmentOptions& options) {
  return [&options](OptionVisitor& visit) { describe(visit, options); };
}

TEST(Operations, AreATableOfSoundRows) {
  std::set<std::string_view> names;
  for (const Operation& row : operations()) {
    EXPECT_EQ(&operation(row.id), &row);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(row.meaning.ends_with('.')) << row.name;
    EXPECT_EQ(row.unit.empty(), row.draw == Draw::None) << row.name;
    EXPECT_LE(row.min, row.setting.from) << row.name;
    EXPECT_LE(row.setting.from, row.setting.to) << row.name;
    EXPECT_LE(row.setting.to, row.max) << row.name;
    if (row.draw == Draw::Log) {
      EXPECT_GT(row.min, 0) << row.name;
    }
    EXPECT_FALSE(kind_name(row.kind).empty());
  }
  EXPECT_EQ(names.size(), kOperationCount);
}

TEST(AugmentOptions, AreTablesOfOperations) {
  AugmentOptions options;
  apply_toml(describer(options), "[rotate]\nprobability = 0.5\nfrom = -30\nto = 45\n[blur]\nprobability = 1",
             "x");
  EXPECT_EQ(options[Rotate], (OperationSetting{0.5, -30, 45}));
  EXPECT_EQ(options[Blur].probability, 1);
  apply_setting(describer(options), "erase.to=0.2");
  EXPECT_EQ(options[Erase].to, 0.2);
  for (const char* setting :
       {"rotate.to=181", "rotate.probability=1.1", "rotate.probability=-0.1", "zoom.from=0", "jpeg.from=0",
        "flip_horizontal.from=1", "policy=lihgt", "scheme=autoaugment", "fill=white", "randaugment.count=0",
        "randaugment.magnitude=31", "augmix.severity=11", "augmix.width=0", "rotat.to=1", "hue.to=nan"})
    EXPECT_THROW(apply_setting(describer(options), setting), Error) << setting;
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { apply_setting(describer(options), "policy=lihgt"); }),
              HasSubstr("did you mean 'light'"));
}

TEST(AugmentOptions, APolicyReplacesAllAndKeysChangeIt) {
  AugmentOptions options;
  options[Cutout].probability = 1;
  apply_toml(describer(options), "policy = \"full\"\n[rotate]\nto = 10", "x");
  AugmentOptions expected = find_policy("full");
  expected[Rotate].to = 10;
  EXPECT_EQ(options.policy, "full");
  EXPECT_EQ(options.settings, expected.settings);
  apply_setting(describer(options), "policy=randaugment");
  EXPECT_EQ(options.scheme, "randaugment");
  EXPECT_EQ(options.settings, find_policy("randaugment").settings);
}

TEST(AugmentOptions, ReadBackWhatTheyWrite) {
  for (const Policy& policy : policies()) {
    AugmentOptions options = policy.make(), copy = find_policy("full");
    options[Hue] = {0.25, -3.5, 7.25};
    options.augmix.depth = 2;
    apply_toml(describer(copy), to_toml(describer(options), true), "x");
    EXPECT_EQ(to_toml(describer(copy), false), to_toml(describer(options), false)) << policy.name;
    EXPECT_EQ(copy.settings, options.settings) << policy.name;
  }
}

TEST(AugmentOptions, AreCheckedAsAWhole) {
  const struct {
    void (*spoil)(AugmentOptions&);
    const char* says;
  } kCases[] = {
      {[](AugmentOptions& o) {
         o[Rotate] = {1, 30, -30};
       },
       "rotate.from is 30 and lies above rotate.to, -30"},
      {[](AugmentOptions& o) { o[Rotate].probability = 1.5; },
       "rotate.probability is 1.5; 0 to 1 is expected"},
      {[](AugmentOptions& o) { o[Blur].probability = std::numeric_limits<double>::quiet_NaN(); },
       "blur.probability is nan"},
      {[](AugmentOptions& o) { o[Zoom].from = 0; }, "zoom.from is 0; 0.25 to 4 is expected"},
      {[](AugmentOptions& o) { o[Erase].to = 2; }, "erase.to is 2; 0 to 1 is expected"},
      {[](AugmentOptions& o) { o[Posterize].from = 3.5; }, "posterize is from 3.5 to 8; whole numbers"},
      {[](AugmentOptions& o) { o.scheme = "augmx"; }, "did you mean 'augmix'"},
      {[](AugmentOptions& o) { o.fill = "white"; }, "there is no fill 'white'"},
      {[](AugmentOptions& o) { o.randaugment.count = 0; }, "randaugment.count is 0; 1 to 14 is expected"},
      {[](AugmentOptions& o) { o.augmix.alpha = 0; }, "augmix.alpha is 0"},
  };
  for (const auto& [spoil, says] : kCases) {
    AugmentOptions options;
    check(options);
    spoil(options);
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { check(options); }), HasSubstr(says));
  }
}

TEST(Policies, AreSoundAndNamed) {
  for (const Policy& policy : policies()) {
    const AugmentOptions options = find_policy(policy.name);
    EXPECT_EQ(options.policy, policy.name);
    check(options);
    EXPECT_FALSE(policy.description.empty());
  }
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { find_policy("randaugmet"); }),
              HasSubstr("did you mean 'randaugment'"));
  for (const OperationSetting& setting : find_policy("none").settings) EXPECT_EQ(setting.probability, 0);
  EXPECT_EQ(find_policy("light").settings, AugmentOptions().settings);
}

TEST(Policies, HaveTheNumbersOfTheirPapers) {
  const AugmentOptions randaugment = find_policy("randaugment");
  EXPECT_EQ(randaugment.randaugment.count, 2);
  EXPECT_EQ(randaugment.randaugment.magnitude, 9);
  const AugmentOptions augmix = find_policy("augmix");
  EXPECT_EQ(augmix.augmix.severity, 3);
  EXPECT_EQ(augmix.augmix.width, 3);
  EXPECT_EQ(augmix.augmix.depth, 0);
  EXPECT_EQ(augmix.augmix.alpha, 1);
  // Of timm's random erasing, for whoever turns it on.
  EXPECT_EQ(operation(Erase).setting.from, 0.02);
  EXPECT_EQ(operation(Erase).setting.to, 1 / 3.);
}

}  // namespace
}  // namespace giemsa
