#include "giemsa/stats/confident_learning.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error_matchers.h"
#include "giemsa/anomalies/label_errors.h"

namespace giemsa::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

nlohmann::json golden_cases() {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "confident_learning.json");
  return nlohmann::json::parse(file).at("cases");
}

TEST(ConfidentLearning, EqualsThePapersFormulasInNumpy) {
  const auto cases = golden_cases();
  ASSERT_GE(cases.size(), 10u);
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected["name"].get<std::string>());
    const int classes = expected["classes"];
    const auto k = static_cast<std::size_t>(classes);
    const std::vector<int> labels = expected["labels"];
    const std::vector<float> probabilities = expected["probabilities"];
    std::vector<char> known;
    for (const int mark : expected["known"]) known.push_back(mark != 0);
    const OutOfFold predictions{probabilities, known};

    const ConfidentJoint joint = confident_joint(predictions, labels, classes);
    EXPECT_THAT(joint.thresholds,
                Pointwise(DoubleNear(1e-9), expected["thresholds"].get<std::vector<double>>()));
    EXPECT_EQ(joint.counts, expected["counts"].get<std::vector<std::size_t>>());
    EXPECT_THAT(joint.estimate, Pointwise(DoubleNear(1e-9), expected["estimate"].get<std::vector<double>>()));
    EXPECT_NEAR(joint.noise_rate(), expected["noise_rate"], 1e-9);

    const auto doubts = doubt_labels(predictions, labels, classes, {});
    ASSERT_EQ(doubts.size(), labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      SCOPED_TRACE(i);
      EXPECT_EQ(confident_class(predictions.probabilities.subspan(i * k, k), joint.thresholds),
                expected["confident"][i]);
      EXPECT_NEAR(doubts[i].score, expected["scores"][i], 1e-6);
      EXPECT_EQ(doubts[i].suggested, expected["suggested"][i]);
      EXPECT_EQ(doubts[i].flagged, doubts[i].score >= 0.9 && doubts[i].suggested != labels[i]);
    }
  }
}

TEST(ConfidentLearning, IsReadByLabelAndClass) {
  const ConfidentJoint joint{2, {0.5, 0.5}, {1, 2, 3, 4}, {1, 2, 30, 40}};
  EXPECT_EQ(joint.count(1, 0), 3u);
  EXPECT_EQ(joint.estimated(0, 1), 2);
  EXPECT_DOUBLE_EQ(joint.noise_rate(), 33.0 / 75);
}

TEST(ConfidentLearning, RefusesWhatCannotBe) {
  const struct {
    std::vector<int> labels;
    std::vector<float> probabilities;
    ErrorKind kind;
    const char* message;
  } kCases[] = {
      {{0}, {0.5f, 0.5f, 0.f}, ErrorKind::Internal, "1 records of 2 classes with 3 probabilities"},
      {{2}, {0.5f, 0.5f}, ErrorKind::Data, "record 0 has label 2; there are 2 classes"},
      {{-2}, {0.5f, 0.5f}, ErrorKind::Data, "record 0 has label -2"},
      {{0, 1}, {0.5f, 0.5f, 1.5f, 0.f}, ErrorKind::Data, "record 1 has a probability of 1.5"},
      {{0}, {NAN, 0.f}, ErrorKind::Data, "record 0 has a probability of nan"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(error_of(c.kind,
                         [&] {
                           confident_joint({c.probabilities, {}}, c.labels, 2);
                         }),
                HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace giemsa::testing
