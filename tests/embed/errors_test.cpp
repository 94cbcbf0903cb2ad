// What a caller does wrong, and what comes from outside, is told and never followed.

#include <limits>

#include "embed/embedded.h"
#include "giemsa/core/random.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class EmbedErrors : public Embedded {};

TEST_F(EmbedErrors, OpeningTellsWhatIsWrong) {
  const TemporaryFolder folder;
  const std::filesystem::path good = folder.path() / "m.giemsa";
  write_model(good, random_model("baseline_cnn"));
  const auto damaged = [&](const char* name, auto&& damage) {
    const std::filesystem::path copy = folder.path() / name;
    std::filesystem::copy(good, copy, std::filesystem::copy_options::recursive);
    damage(copy);
    return copy.string();
  };
  const std::string cut =
      damaged("cut", [](const auto& m) { std::filesystem::resize_file(m / "weights.safetensors", 1000); });
  const std::string no_json = damaged("json", [](const auto& m) { write_atomic(m / "model.json", "[[["); });
  const std::string bad_trust =
      damaged("trust", [](const auto& m) { write_atomic(m / "trust.json", "{\"format\": 1}"); });
  const struct {
    std::string folder;
    giemsa_status status;
    const char* says;
  } cases[] = {
      {"", GIEMSA_IO, "there is no model at"},
      {"no such model", GIEMSA_IO, "there is no model at no such model"},
      {folder.path().string(), GIEMSA_IO, "there is no model at"},
      {std::string(5000, 'x'), GIEMSA_IO, "File name too long"},
      {cut, GIEMSA_MODEL, "weights.safetensors"},
      {no_json, GIEMSA_MODEL, "model.json is not a JSON object"},
      {bad_trust, GIEMSA_MODEL, "fitted_on"},
  };
  for (const auto& c : cases) {
    giemsa_model* model = model_.get();
    EXPECT_EQ(giemsa_open(c.folder.c_str(), &model), c.status) << giemsa_last_error();
    EXPECT_EQ(model, nullptr);
    EXPECT_THAT(giemsa_last_error(), HasSubstr(c.says));
  }
  EXPECT_EQ(giemsa_open(good.c_str(), nullptr), GIEMSA_USAGE);
  EXPECT_THAT(giemsa_last_error(), HasSubstr("pointer for the model is NULL"));
}

TEST_F(EmbedErrors, PixelsThatMakeNoSense) {
  constexpr std::size_t kHuge = std::numeric_limits<std::size_t>::max();
  const std::uint8_t* rgb = pictures_[0].pixels();
  const struct {
    giemsa_pixels pixels;
    const char* says;
  } cases[] = {
      {{nullptr, 4, 4, 12}, "its pixels are NULL"},
      {{rgb, 0, 4, 12}, "0×4 px"},
      {{rgb, 4, 0, 12}, "4×0 px"},
      {{rgb, kHuge, 4, 12}, "px; expected 1 to 30000 a side"},
      {{rgb, 4, kHuge, 12}, "px; expected 1 to 30000 a side"},
      {{rgb, kHuge / 3 + 2, 1, 0}, "px; expected 1 to 30000 a side"},
      {{rgb, 30'000, 30'000, 0}, "at most 67108864 in all"},
      {{rgb, 4, 4, 11}, "rows are 11 bytes apart; a row of 4 px has 12"},
      {{rgb, 4, 4, kHuge}, "bytes apart"},
      {{rgb, 4, 4, kHuge / 4}, "bytes apart"},
  };
  for (const auto& c : cases) {
    const giemsa_pixels& p = c.pixels;
    auto* answers = reinterpret_cast<giemsa_answers*>(1);
    EXPECT_EQ(giemsa_classify_pixels(model_.get(), p.rgb, p.width, p.height, p.stride_bytes, &answers),
              GIEMSA_USAGE);
    EXPECT_EQ(answers, nullptr);
    EXPECT_THAT(giemsa_last_error(), AllOf(HasSubstr("picture 0"), HasSubstr(c.says)));
    const giemsa_pixels two[] = {pixels_of(pictures_[0]), p};
    EXPECT_EQ(giemsa_classify_pixels_batch(model_.get(), two, 2, 1, &answers), GIEMSA_USAGE);
    EXPECT_EQ(answers, nullptr);
    EXPECT_THAT(giemsa_last_error(), AllOf(HasSubstr("picture 1"), HasSubstr(c.says)));
  }
}

TEST_F(EmbedErrors, PointersThatAreNull) {
  const giemsa_pixels pixels = pixels_of(pictures_[0]);
  const giemsa_encoded encoded{files_[0].data(), files_[0].size()}, none{nullptr, 7};
  giemsa_answers* answers = nullptr;
  const giemsa_model* model = model_.get();
  const auto refused = [](giemsa_status status, const char* says) {
    EXPECT_EQ(status, GIEMSA_USAGE);
    EXPECT_THAT(giemsa_last_error(), HasSubstr(says));
  };
  const auto ask_pixels = [&](const giemsa_model* m, giemsa_answers** a) {
    return giemsa_classify_pixels(m, pixels.rgb, pixels.width, pixels.height, 0, a);
  };
  refused(ask_pixels(nullptr, &answers), "the model is NULL");
  EXPECT_STREQ(giemsa_last_hint(), "giemsa_open gives one");
  refused(ask_pixels(model, nullptr), "pointer for the answers is NULL");
  refused(giemsa_classify_encoded(nullptr, encoded.bytes, encoded.size, &answers), "the model is NULL");
  refused(giemsa_classify_encoded(model, nullptr, 7, &answers), "its bytes are NULL");
  refused(giemsa_classify_encoded(model, encoded.bytes, encoded.size, nullptr), "answers is NULL");
  refused(giemsa_classify_pixels_batch(nullptr, &pixels, 1, 1, &answers), "the model is NULL");
  refused(giemsa_classify_pixels_batch(model, nullptr, 1, 1, &answers), "the pictures are NULL");
  refused(giemsa_classify_encoded_batch(model, nullptr, 1, 1, &answers), "the pictures are NULL");
  refused(giemsa_classify_encoded_batch(model, &none, 1, 1, &answers), "picture 0: its bytes are NULL");
  refused(giemsa_classify_encoded_batch(model, &encoded, 1, 1025, &answers), "got 1025 threads");
  refused(giemsa_classify_pixels_batch(model, &pixels, std::size_t{1} << 40, 1, &answers),
          "pictures; expected");
  EXPECT_EQ(answers, nullptr);
  giemsa_close(nullptr);
  giemsa_answers_free(nullptr);
}

TEST_F(EmbedErrors, NothingIsAskedAboutNothing) {
  giemsa_answers* given = nullptr;
  ASSERT_EQ(giemsa_classify_pixels_batch(model_.get(), nullptr, 0, 0, &given), GIEMSA_OK);
  const Answered none(given);
  EXPECT_EQ(giemsa_answers_count(given), 0u);
  ASSERT_EQ(giemsa_classify_encoded(model_.get(), files_[0].data(), files_[0].size(), &given), GIEMSA_OK);
  const Answered one(given);
  const std::pair<const giemsa_answers*, std::size_t> absent[] = {
      {nullptr, 0}, {none.get(), 0}, {one.get(), 1}, {one.get(), GIEMSA_NO_CLASS}};
  for (const auto& [answers, index] : absent) {
    std::size_t count = 5;
    EXPECT_EQ(giemsa_answer_verdict(answers, index), GIEMSA_UNREADABLE);
    EXPECT_EQ(giemsa_answer_class(answers, index), GIEMSA_NO_CLASS);
    EXPECT_EQ(giemsa_answer_confidence(answers, index), 0);
    EXPECT_EQ(giemsa_answer_probabilities(answers, index, &count), nullptr);
    EXPECT_EQ(count, 0u);
    EXPECT_EQ(giemsa_answer_set(answers, index, nullptr), nullptr);
    EXPECT_TRUE(std::isnan(giemsa_answer_novelty(answers, index)));
    EXPECT_STREQ(giemsa_answer_reason(answers, index), "");
  }
  EXPECT_EQ(giemsa_answers_count(nullptr), 0u);
  EXPECT_EQ(giemsa_class_count(nullptr), 0u);
  EXPECT_STREQ(giemsa_class_name(nullptr, 0), "");
  EXPECT_STREQ(giemsa_class_name(model_.get(), classes_.size()), "");
  EXPECT_STREQ(giemsa_class_name(model_.get(), GIEMSA_NO_CLASS), "");
}

TEST_F(EmbedErrors, BytesThatAreNoPicture) {
  giemsa_answers* given = nullptr;
  const char text[] = "no picture";
  EXPECT_EQ(giemsa_classify_encoded(model_.get(), text, sizeof text, &given), GIEMSA_DATA);
  EXPECT_THAT(giemsa_last_error(), HasSubstr("not a picture"));
  EXPECT_THAT(giemsa_last_hint(), HasSubstr("JPEG"));
  EXPECT_EQ(giemsa_classify_encoded(model_.get(), nullptr, 0, &given), GIEMSA_DATA);
  EXPECT_EQ(giemsa_classify_encoded(model_.get(), text, GIEMSA_NO_CLASS, &given), GIEMSA_DATA);

  // In a batch they are answers of their own.
  const giemsa_encoded batch[] = {{text, sizeof text}, {files_[1].data(), files_[1].size()}, {nullptr, 0}};
  ASSERT_EQ(giemsa_classify_encoded_batch(model_.get(), batch, 3, 2, &given), GIEMSA_OK);
  const Answered answers(given);
  for (const std::size_t i : {0, 2}) {
    EXPECT_EQ(giemsa_answer_verdict(given, i), GIEMSA_UNREADABLE);
    EXPECT_EQ(giemsa_answer_class(given, i), GIEMSA_NO_CLASS);
    EXPECT_EQ(giemsa_answer_probabilities(given, i, nullptr), nullptr);
    EXPECT_THAT(giemsa_answer_reason(given, i), HasSubstr("picture " + std::to_string(i)));
  }
  expect_answer(given, 1, 1);
}

TEST_F(EmbedErrors, DamagedPicturesAreAnsweredOrRefused) {
  const TemporaryFolder folder;
  write_model(folder.path() / "m.giemsa", random_model("baseline_cnn"));  // quick: the pictures are the point
  const OpenModel model = open_model((folder.path() / "m.giemsa").c_str());
  const Bytes whole[] = {files_[0], encode_jpeg(pictures_[0], 90)};
  int refused = 0, answered = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random({seed});
    Bytes bytes = whole[seed % 2];
    if (seed % 3 == 0) bytes.resize(random.below(bytes.size()));
    for (int k = 0; k < 4 && !bytes.empty(); ++k)
      bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.below(256));
    giemsa_answers* given = nullptr;
    const giemsa_status status = giemsa_classify_encoded(model.get(), bytes.data(), bytes.size(), &given);
    const Answered answers(given);
    ASSERT_TRUE(status == GIEMSA_OK || status == GIEMSA_DATA) << giemsa_last_error();
    ASSERT_EQ(given != nullptr, status == GIEMSA_OK);
    ++(given ? answered : refused);
  }
  EXPECT_GT(refused, 50);
  EXPECT_GT(answered, 5);
}

}  // namespace
}  // namespace giemsa::testing
