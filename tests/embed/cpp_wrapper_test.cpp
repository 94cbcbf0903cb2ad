#include "giemsa/giemsa.hpp"

#include "embed/embedded.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

class CppWrapper : public Embedded {};

void expect_same(const embed::Answer& answer, const Judgement& expected, const std::string& reason) {
  EXPECT_EQ(answer.verdict, static_cast<giemsa_verdict>(expected.verdict));
  EXPECT_EQ(answer.is_answered(), !expected.abstains());
  EXPECT_EQ(answer.class_index, static_cast<std::size_t>(expected.answer));
  EXPECT_EQ(answer.confidence, expected.confidence);
  EXPECT_EQ(answer.probabilities, expected.probabilities);
  EXPECT_EQ(answer.novelty, expected.novelty);
  EXPECT_EQ(answer.reason, reason);
  ASSERT_TRUE(answer.set && expected.set);
  EXPECT_EQ(*answer.set, std::vector<std::size_t>(expected.set->begin(), expected.set->end()));
}

TEST_F(CppWrapper, GivesWhatTheClassifierGives) {
  const embed::Model model("blood_cells");
  EXPECT_THAT(model.classes(), ElementsAreArray(classes_));
  std::vector<giemsa_pixels> pixels;
  std::vector<giemsa_encoded> encoded;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    pixels.push_back(pixels_of(pictures_[i]));
    encoded.push_back({files_[i].data(), files_[i].size()});
  }
  expect_same(model.classify(pixels[3]), judgements_[3], reasons_[3]);
  expect_same(model.classify(encoded[3]), judgements_[3], reasons_[3]);
  const std::vector<embed::Answer> of_pixels = model.classify(pixels, 2),
                                   of_encoded = model.classify(encoded);
  ASSERT_EQ(of_pixels.size(), files_.size());
  ASSERT_EQ(of_encoded.size(), files_.size());
  for (std::size_t i = 0; i < files_.size(); ++i) {
    expect_same(of_pixels[i], judgements_[i], reasons_[i]);
    expect_same(of_encoded[i], judgements_[i], reasons_[i]);
  }
}

TEST_F(CppWrapper, ThrowsWhatTheLibrarySays) {
  try {
    const embed::Model model(std::string("no such model"));
    FAIL() << "nothing was thrown";
  } catch (const embed::Error& error) {
    EXPECT_EQ(error.kind(), GIEMSA_IO);
    EXPECT_THAT(error.what(), HasSubstr("there is no model at no such model"));
    EXPECT_THAT(error.hint(), HasSubstr("model.json"));
  }
  embed::Model model;
  EXPECT_THROW(model.classify(giemsa_encoded{"x", 1}), embed::Error);
  EXPECT_EQ(model.classify(std::vector<giemsa_encoded>{{"x", 1}}).front().verdict, GIEMSA_UNREADABLE);
  const embed::Model moved = std::move(model);
  EXPECT_EQ(moved.class_count(), classes_.size());
  EXPECT_EQ(model.class_count(), 0u) << "what was moved away has no classes";
  EXPECT_THROW(model.classify(pixels_of(pictures_[0])), embed::Error);
}

}  // namespace
}  // namespace giemsa::testing
