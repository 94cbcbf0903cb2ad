// What two engines' answers are compared by, with engines whose answers are known.

#include "giemsa/verify/verify.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Answers with what it is told for pictures whose red is 0, 1, 2 …
class ToldEngine : public Engine {
 public:
  explicit ToldEngine(std::vector<std::array<float, 2>> logits) : logits_(std::move(logits)) {}

  std::string title() const override { return "told"; }
  bool has_integers() const override { return false; }
  std::size_t input_size() const override { return size; }
  std::vector<float> input(ImageView picture) const override {
    std::vector<float> input(size);
    input[0] = static_cast<float>(picture.row(0)[0]);
    return input;
  }
  EngineAnswers run(std::span<const float> inputs, std::size_t count) override {
    EngineAnswers answers{{}, {}, 0.5};
    calls.push_back(count);
    EXPECT_EQ(inputs.size(), count * size);
    for (std::size_t i = 0; i < count; ++i) {
      for (const float logit : logits_[static_cast<std::size_t>(inputs[i * size]) % logits_.size()]) {
        answers.logits.push_back(logit);
        answers.probabilities.push_back(logit / 10.);
      }
    }
    return answers;
  }
  std::size_t size = 1;
  std::vector<std::size_t> calls;

 private:
  std::vector<std::array<float, 2>> logits_;
};

/// Pictures of red 0, 1, 2 …, but the `broken`-th.
PictureList pictures(std::size_t count, std::size_t broken = 1000) {
  return {count,
          [broken](std::size_t i) {
            require(i != broken, ErrorKind::Data, "broken");
            Image picture(1, 1);
            picture.pixels()[0] = static_cast<std::uint8_t>(i);
            return picture;
          },
          [](std::size_t i) { return std::to_string(i); }};
}

TEST(VerifyEngines, MeasuresDifferences) {
  ToldEngine a({{1, 2}, {3, 1}, {5, 4}}), b({{1, 2}, {2, 4}, {5, 4.5}});
  const Verification found = verify_engines(a, b, pictures(3), 2, 1, {});
  EXPECT_EQ(found.pictures, 3u);
  EXPECT_EQ(found.same_class, 2u);
  EXPECT_DOUBLE_EQ(found.agreement(), 2. / 3);
  EXPECT_DOUBLE_EQ(found.largest_logits, 3);
  EXPECT_DOUBLE_EQ(found.mean_logits, (1 + 3 + 0.5) / 6);
  EXPECT_NEAR(found.largest_probabilities, 0.3, 1e-7);
  EXPECT_NEAR(found.mean_probabilities, 4.5 / 60, 1e-7);
  EXPECT_DOUBLE_EQ(found.seconds_a, 0.5) << "the first call warms up and does not count";
  ASSERT_EQ(found.worst.size(), 2u);
  EXPECT_EQ(found.worst[0].picture, 1u);
  EXPECT_DOUBLE_EQ(found.worst[0].logits, 3);
  EXPECT_EQ(found.worst[0].class_a, 0);
  EXPECT_EQ(found.worst[0].class_b, 1);
  EXPECT_EQ(found.worst[1].picture, 2u);
  EXPECT_TRUE(found.worst[1].same_class());
}

TEST(VerifyEngines, KeepsTheWorstOfManyPictures) {
  std::vector<std::array<float, 2>> zeros(100), other(100);
  other[7][0] = 4;
  other[71][1] = 9;
  other[99][0] = 5;
  ToldEngine a(zeros), b(other);
  const Verification found = verify_engines(a, b, pictures(100), 3, 2, {});
  EXPECT_EQ(found.pictures, 100u);
  EXPECT_THAT(a.calls, ElementsAre(32, 32, 32, 32, 4)) << "the first one is repeated";
  ASSERT_EQ(found.worst.size(), 3u);
  EXPECT_EQ(found.worst[0].picture, 71u);
  EXPECT_EQ(found.worst[1].picture, 99u);
  EXPECT_EQ(found.worst[2].picture, 7u);
}

TEST(VerifyEngines, GivesFewerLargePicturesAtOnce) {
  ToldEngine a({{1, 2}}), b({{1, 2}});
  b.size = std::size_t{24} << 20;  // 96 MiB each
  verify_engines(a, b, pictures(3), 3, 1, {});
  EXPECT_THAT(a.calls, ElementsAre(2, 2, 1));
  EXPECT_THAT(b.calls, ElementsAre(2, 2, 1));
}

TEST(VerifyEngines, ComparesEachPictureWithItselfBehindABrokenOne) {
  ToldEngine a({{1, 2}, {3, 4}, {5, 7}, {8, 6}}), b({{1, 2}, {3, 4}, {5, 6}, {8, 2}});
  b.size = 3;
  const Verification found = verify_engines(a, b, pictures(4, 1), 2, 1, {});
  EXPECT_EQ(found.worst[0].picture, 3u);
  EXPECT_EQ(found.worst[0].logits, 4);
  EXPECT_EQ(found.worst[1].picture, 2u);
  EXPECT_EQ(found.worst[1].logits, 1);
}

TEST(VerifyEngines, LeavesOutWhatCannotBeRead) {
  ToldEngine a({{1, 2}}), b({{1, 2}});
  const Verification found = verify_engines(a, b, pictures(40, 33), 5, 2, {});
  EXPECT_EQ(found.pictures, 39u);
  EXPECT_THAT(b.calls, ElementsAre(32, 32, 7));
  ASSERT_EQ(found.findings.size(), 1u);
  EXPECT_EQ(found.largest_logits, 0);
  try {
    verify_engines(a, b, pictures(1, 0), 5, 1, {});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Data);
    EXPECT_THAT(error.message(), HasSubstr("no picture"));
  }
}

TEST(VerifyEngines, TakesWhatIsNoNumberForInfinitelyFar) {
  ToldEngine a({{1, 2}}), b({{1, std::numeric_limits<float>::quiet_NaN()}});
  const Verification found = verify_engines(a, b, pictures(1), 5, 1, {});
  EXPECT_EQ(found.largest_logits, INFINITY);
  EXPECT_EQ(found.largest_probabilities, INFINITY);
  EXPECT_EQ(found.same_class, 0u);
}

TEST(VerifyEngines, FindsNoAgreementWhereNeitherAnswersWithNumbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  ToldEngine a({{nan, nan}, {1, 2}}), b({{nan, nan}, {1, 2}});
  const Verification found = verify_engines(a, b, pictures(2), 5, 1, {});
  EXPECT_EQ(found.same_class, 1u);
  EXPECT_EQ(found.agreement(), 0.5);
  EXPECT_FALSE(found.worst[0].same_class());
  EXPECT_FALSE(found.worst[0].finite());
}

}  // namespace
}  // namespace giemsa
