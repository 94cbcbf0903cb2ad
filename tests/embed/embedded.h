#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/giemsa.h"
#include "giemsa/image/codec.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/run/model_box.h"
#include "giemsa/synth/synthesise.h"

namespace giemsa::testing {

struct Closer {
  void operator()(giemsa_model* model) const { giemsa_close(model); }
  void operator()(giemsa_answers* answers) const { giemsa_answers_free(answers); }
};
using OpenModel = std::unique_ptr<giemsa_model, Closer>;
using Answered = std::unique_ptr<giemsa_answers, Closer>;

inline OpenModel open_model(const char* folder = nullptr) {
  giemsa_model* model = nullptr;
  EXPECT_EQ(giemsa_open(folder, &model), GIEMSA_OK) << giemsa_last_error();
  return OpenModel(model);
}

/// The files of some drawn cells, one of each class, by name.
inline std::vector<Bytes> drawn_cells() {
  const TemporaryFolder folder;
  synthesise(folder.path() / "cells", {.per_class = 1, .size_px = 64, .seed = 3}, {});
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "cells"))
    if (entry.is_regular_file() && has_image_extension(entry.path())) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<Bytes> files;
  for (const auto& path : paths) files.push_back(read_image_file(path));
  return files;
}

inline giemsa_pixels pixels_of(ImageView view) {
  return {view.pixels, static_cast<std::size_t>(view.width), static_cast<std::size_t>(view.height),
          view.stride};
}

/// The same bits as the classifier's.
inline void expect_same(const giemsa_answers* answers, std::size_t index, const Judgement& expected,
                        const std::string& reason) {
  EXPECT_EQ(giemsa_answer_verdict(answers, index), static_cast<giemsa_verdict>(expected.verdict));
  EXPECT_EQ(giemsa_answer_class(answers, index), static_cast<std::size_t>(expected.answer));
  EXPECT_EQ(giemsa_answer_confidence(answers, index), expected.confidence);
  std::size_t count = 99;
  const float* probabilities = giemsa_answer_probabilities(answers, index, &count);
  EXPECT_EQ(std::vector<float>(probabilities, probabilities + count), expected.probabilities);
  const std::size_t* set = giemsa_answer_set(answers, index, &count);
  ASSERT_EQ(set != nullptr, expected.set.has_value());
  if (expected.set) {
    EXPECT_EQ(std::vector<std::size_t>(set, set + count),
              std::vector<std::size_t>(expected.set->begin(), expected.set->end()));
  }
  if (expected.novelty) {
    EXPECT_EQ(giemsa_answer_novelty(answers, index), *expected.novelty);
  } else {
    EXPECT_TRUE(std::isnan(giemsa_answer_novelty(answers, index)));
  }
  EXPECT_EQ(giemsa_answer_reason(answers, index), reason);
}

/// The model in the box by the C API, by the classifier that it wraps, and cells with the latter's
/// judgements.
class Embedded : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const Classifier classifier(read_model(boxed_model()));
    classes_ = classifier.classes();
    files_ = drawn_cells();
    for (const Bytes& file : files_) {
      pictures_.push_back(decode_image(file, "cell"));
      judgements_.push_back(classifier.judge(pictures_.back()));
      reasons_.push_back(reason(classifier.model().trust, judgements_.back()));
    }
    model_ = open_model();
  }
  static void TearDownTestSuite() {
    model_.reset();
    files_.clear();
    pictures_.clear();
    judgements_.clear();
    reasons_.clear();
  }

  static void expect_answer(const giemsa_answers* answers, std::size_t index, std::size_t cell) {
    expect_same(answers, index, judgements_[cell], reasons_[cell]);
  }

  static inline OpenModel model_;
  static inline std::vector<std::string> classes_;
  static inline std::vector<Bytes> files_;
  static inline std::vector<Image> pictures_;
  static inline std::vector<Judgement> judgements_;
  static inline std::vector<std::string> reasons_;
};

}  // namespace giemsa::testing
