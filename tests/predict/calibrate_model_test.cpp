#include "giemsa/predict/calibrate_model.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "core/error_matchers.h"
#include "data/made_source.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Pictures of noise in three classes, of which the model knows "a" and "c" and calls "b" its "e"; every
/// third is for training, the others for validation.
class CalibrateModel : public ::testing::Test {
 protected:
  CalibrateModel() {
    for (const char* name : {"a", "b", "c"}) {
      for (std::uint64_t i = 0; i < 12; ++i)
        put_picture(folder_.path() / name / fmt::format("{:02}.png", i), noise(i + 100 * name[0]));
    }
  }

  CalibratedModel calibrate(const TrustOptions& options = {}) const {
    const auto source = open_source(folder_.path());
    Split split;
    for (std::size_t r = 0; r < source->records().size(); ++r)
      split.parts.push_back(r % 3 < train_of_three_ ? Part::Train : Part::Val);
    return calibrate_model(Classifier(random_model("baseline_cnn")), *source, split, match_, options, 2, {});
  }

  TemporaryFolder folder_;
  std::vector<int> match_{0, 4, 2};
  std::size_t train_of_three_ = 1;
};

TEST_F(CalibrateModel, FitsTheValidationPart) {
  const CalibratedModel calibrated = calibrate();
  EXPECT_EQ(calibrated.trust.validation_pictures, 24);
  EXPECT_EQ(calibrated.trust.training_pictures, 12);
  EXPECT_EQ(calibrated.figures.pictures, 24);
  EXPECT_EQ(calibrated.trust.novelty->classes, 3u);
  EXPECT_TRUE(calibrated.findings.empty());
}

TEST_F(CalibrateModel, LeavesOutWhatCannotBeRead) {
  const CalibratedModel all = calibrate();
  put_text(folder_.path() / "a" / "01.png", "no picture");  // of validation
  put_text(folder_.path() / "c" / "03.png", "no picture");  // of training
  const CalibratedModel fewer = calibrate();
  EXPECT_EQ(fewer.trust.validation_pictures, 23);
  EXPECT_EQ(fewer.trust.training_pictures, 11);
  ASSERT_EQ(fewer.findings.size(), 2u);
  EXPECT_EQ(fewer.findings[0].record, "a/01.png");
  EXPECT_EQ(fewer.findings[1].record, "c/03.png");
  EXPECT_NEAR(fewer.figures.log_loss_before, all.figures.log_loss_before, 0.2) << "labels stay with pictures";
}

TEST_F(CalibrateModel, LeavesOutClassesThatTheModelLacks) {
  match_[0] = -1;
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { calibrate(); }), HasSubstr("16 validation pictures"));
}

TEST_F(CalibrateModel, NeedsTrainingPictures) {
  train_of_three_ = 0;
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { calibrate(); }), HasSubstr("0 training pictures"));
}

TEST_F(CalibrateModel, RefusesOptionsBeforeItAsks) {
  const MadeSource without_pictures = MadeSource::of_sizes({{"a", 40}});
  const Split split{std::vector<Part>(40, Part::Val)};
  EXPECT_THAT(error_of(ErrorKind::Usage,
                       [&] {
                         calibrate_model(Classifier(random_model("baseline_cnn")), without_pictures, split,
                                         match_, {.coverage = 0.999}, 1, {});
                       }),
              HasSubstr("a larger familiar"));
}

}  // namespace
}  // namespace giemsa::testing
