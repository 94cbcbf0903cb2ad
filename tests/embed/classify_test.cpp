// The C API gives what the classifier gives, to the bit, from anywhere and from many threads.

#include <thread>

#include "embed/c_caller.h"
#include "embed/embedded.h"
#include "giemsa/core/version.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

class Classify : public Embedded {};

TEST_F(Classify, TellsItsClassesAndVersion) {
  ASSERT_EQ(giemsa_class_count(model_.get()), classes_.size());
  for (std::size_t i = 0; i < classes_.size(); ++i)
    EXPECT_EQ(giemsa_class_name(model_.get(), i), classes_[i]);
  EXPECT_EQ(giemsa_version(), version());
}

TEST_F(Classify, GivesWhatTheClassifierGives) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    giemsa_answers* given = nullptr;
    ASSERT_EQ(giemsa_classify_encoded(model_.get(), files_[i].data(), files_[i].size(), &given), GIEMSA_OK);
    const Answered encoded(given);
    EXPECT_EQ(giemsa_answers_count(given), 1u);
    expect_answer(given, 0, i);
    const giemsa_pixels p = pixels_of(pictures_[i]);
    ASSERT_EQ(giemsa_classify_pixels(model_.get(), p.rgb, p.width, p.height, p.stride_bytes, &given),
              GIEMSA_OK);
    const Answered pixels(given);
    expect_answer(given, 0, i);
  }
}

TEST_F(Classify, TakesRowsWithAndWithoutGaps) {
  const Image& cell = pictures_[2];
  const std::size_t stride = cell.stride() + 13;
  std::vector<std::uint8_t> spaced(stride * static_cast<std::size_t>(cell.height()), 77);
  for (int y = 0; y < cell.height(); ++y)
    std::copy_n(cell.row(y), cell.stride(), spaced.data() + static_cast<std::size_t>(y) * stride);
  const auto w = static_cast<std::size_t>(cell.width()), h = static_cast<std::size_t>(cell.height());
  for (const giemsa_pixels& p : {giemsa_pixels{spaced.data(), w, h, stride}, {cell.pixels(), w, h, 0}}) {
    giemsa_answers* given = nullptr;
    ASSERT_EQ(giemsa_classify_pixels(model_.get(), p.rgb, p.width, p.height, p.stride_bytes, &given),
              GIEMSA_OK);
    const Answered answers(given);
    expect_answer(given, 0, 2);
  }
}

TEST_F(Classify, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<giemsa_pixels> pixels;
  std::vector<giemsa_encoded> encoded;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    pixels.push_back(pixels_of(pictures_[i]));
    encoded.push_back({files_[i].data(), files_[i].size()});
  }
  for (const std::size_t threads : {1, 3, 0}) {
    giemsa_answers* given = nullptr;
    ASSERT_EQ(giemsa_classify_pixels_batch(model_.get(), pixels.data(), pixels.size(), threads, &given),
              GIEMSA_OK);
    const Answered of_pixels(given);
    ASSERT_EQ(giemsa_classify_encoded_batch(model_.get(), encoded.data(), encoded.size(), threads, &given),
              GIEMSA_OK);
    const Answered of_encoded(given);
    ASSERT_EQ(giemsa_answers_count(given), files_.size());
    for (std::size_t i = 0; i < files_.size(); ++i) {
      expect_answer(of_pixels.get(), i, i);
      expect_answer(of_encoded.get(), i, i);
    }
  }
}

TEST_F(Classify, MayBeAskedByEightThreadsAtOnce) {
  std::vector<std::jthread> callers;
  for (std::size_t caller = 0; caller < 8; ++caller) {
    callers.emplace_back([caller] {
      for (std::size_t k = 0; k < files_.size(); ++k) {
        const std::size_t i = (k + caller) % files_.size();
        giemsa_answers* given = nullptr;
        const giemsa_encoded encoded{files_[i].data(), files_[i].size()};
        ASSERT_EQ(k % 2 ? giemsa_classify_encoded(model_.get(), encoded.bytes, encoded.size, &given)
                        : giemsa_classify_encoded_batch(model_.get(), &encoded, 1, 2, &given),
                  GIEMSA_OK);
        const Answered answers(given);
        expect_answer(given, 0, i);
        // Errors are each thread's own.
        const std::size_t odd_stride = caller + 1;
        ASSERT_EQ(giemsa_classify_pixels(model_.get(), files_[i].data(), 100, 9, odd_stride, &given),
                  GIEMSA_USAGE);
        EXPECT_THAT(giemsa_last_error(),
                    HasSubstr("rows are " + std::to_string(odd_stride) + " bytes apart"));
      }
    });
  }
}

TEST_F(Classify, OutlivesItsModel) {
  OpenModel model = open_model();
  giemsa_answers* given = nullptr;
  ASSERT_EQ(giemsa_classify_encoded(model.get(), files_[0].data(), files_[0].size(), &given), GIEMSA_OK);
  const Answered answers(given);
  model.reset();
  expect_answer(given, 0, 0);
}

TEST_F(Classify, IsCalledFromC) {
  const giemsa_pixels p = pixels_of(pictures_[5]);
  std::vector<float> probabilities(classes_.size());
  char error[500] = "";
  EXPECT_EQ(c_class_of(nullptr, p.rgb, p.width, p.height, probabilities.data(), probabilities.size(), error,
                       sizeof error),
            judgements_[5].answer)
      << error;
  EXPECT_EQ(probabilities, judgements_[5].probabilities);
  EXPECT_EQ(c_class_of("no such model", p.rgb, p.width, p.height, nullptr, 0, error, sizeof error), -1);
  EXPECT_THAT(error, HasSubstr("4: [model] there is no model at no such model"));
}

TEST(ClassifyUncalibrated, HasNoSetAndNoNovelty) {
  const TemporaryFolder folder;
  const Model random = random_model("baseline_cnn");
  write_model(folder.path() / "m.giemsa", random);
  const OpenModel model = open_model((folder.path() / "m.giemsa").c_str());
  ASSERT_EQ(giemsa_class_count(model.get()), 5u);
  const Image picture = noise(1);
  const giemsa_pixels p = pixels_of(picture);
  giemsa_answers* given = nullptr;
  ASSERT_EQ(giemsa_classify_pixels(model.get(), p.rgb, p.width, p.height, 0, &given), GIEMSA_OK);
  const Answered answers(given);
  const Judgement expected = Classifier(random).judge(picture);
  EXPECT_FALSE(expected.set || expected.novelty);
  expect_same(given, 0, expected, "");
}

}  // namespace
}  // namespace giemsa::testing
