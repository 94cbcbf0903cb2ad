#include "giemsa/eval/robustness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace giemsa {
namespace {

/// Two corruptions of three severities, one of them unknown to the reference.
RobustnessTable example() {
  return {.pictures = 10,
          .seed = 7,
          .clean = {0.96, 0.95},
          .corruptions = {
              {"pixelate", {{0.9, 0.9}, {0.8, 0.7}, {0.7, 0.5}}}, {"fog", {{0.5, 0.4}}}, {"none", {}}}};
}
const ReferenceErrors kReference{
    .name = "reference", .clean = 0.05, .corruptions = {{"pixelate", 0.15}, {"bubble", 1}}};

TEST(Robustness, TakesMeansOverSeveritiesThenOverCorruptions) {
  const RobustnessTable table = example();
  EXPECT_DOUBLE_EQ(mean_accuracy(table.corruptions[0]), 0.8);
  EXPECT_DOUBLE_EQ(mean_balanced_error(table.corruptions[0]), 0.3);
  EXPECT_TRUE(std::isnan(mean_accuracy(table.corruptions[2])));
  EXPECT_DOUBLE_EQ(mean_accuracy(table), 0.65);  // those without pictures are left out
  EXPECT_DOUBLE_EQ(mean_balanced_error(table), 0.45);
  EXPECT_TRUE(std::isnan(mean_accuracy(RobustnessTable{})));
}

TEST(Robustness, ComparesWithAReferenceAsMedMnistC) {
  const RelativeErrors errors = relative_errors(example(), kReference);
  ASSERT_EQ(errors.be.size(), 3u);
  EXPECT_DOUBLE_EQ(errors.be[0], 0.3 / 0.15);
  EXPECT_NEAR(errors.rbe[0], (0.3 - 0.05) / (0.15 - 0.05), 1e-12);
  EXPECT_TRUE(std::isnan(errors.be[1]));  // the reference has no such corruption
  EXPECT_DOUBLE_EQ(errors.mean_be, 2);
  EXPECT_NEAR(errors.mean_rbe, 2.5, 1e-12);
  EXPECT_TRUE(std::isnan(relative_errors(RobustnessTable{}, kReference).mean_be));
}

TEST(Robustness, DividesByNoReferenceThatNeverErrs) {
  const ReferenceErrors perfect{.name = "perfect", .clean = 0, .corruptions = {{"pixelate", 0}}};
  const RelativeErrors errors = relative_errors(example(), perfect);
  EXPECT_TRUE(std::isnan(errors.be[0]));
  EXPECT_TRUE(std::isnan(errors.rbe[0]));
}

TEST(Robustness, HoldsTheBenchmarksReference) {
  const ReferenceErrors& alexnet = alexnet_on_bloodmnist();
  EXPECT_EQ(alexnet.corruptions.size(), 11u);
  RobustnessTable same{.clean = {0, 1 - alexnet.clean}, .corruptions = {}};
  for (const auto& [name, error] : alexnet.corruptions) same.corruptions.push_back({name, {{0, 1 - error}}});
  const RelativeErrors errors = relative_errors(same, alexnet);  // itself
  EXPECT_NEAR(errors.mean_be, 1, 1e-12);
  EXPECT_NEAR(errors.mean_rbe, 1, 1e-12);
}

TEST(Robustness, IsWrittenAsCsv) {
  RobustnessTable table = example();
  table.corruptions.resize(1);
  table.corruptions[0].severities[1].balanced_accuracy = NAN;
  table.augmented.emplace().accuracy = 0.75;
  table.augmented->balanced_accuracy = 0.5;
  EXPECT_EQ(to_csv(table),
            "corruption,severity,accuracy,balanced_accuracy\n"
            "clean,0,0.96,0.95\n"
            "augmented,0,0.75,0.5\n"
            "pixelate,1,0.9,0.9\n"
            "pixelate,2,0.8,\n"
            "pixelate,3,0.7,0.5\n");
}

}  // namespace
}  // namespace giemsa
