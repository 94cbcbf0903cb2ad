#include "cli/test_folder.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

TEST(Export, WritesAModelAsOnnx) {
  const TestFolder folder;
  folder.make_model("model");
  const Ran ran = folder.giemsa({"export", "model", "--out", "model.onnx"});
  expect_success(ran);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("baseline_cnn, 8 classes, input 16 px"));
  EXPECT_THAT(ran.err, HasSubstr("resized to 16 × 16 px"));
  EXPECT_THAT(ran.err, HasSubstr("(RGB / 255 - mean) / std"));
  const std::string onnx = folder.read("model.onnx");
  for (const char* name : {"giemsa", "images", "logits", "neutrophil", "input_px"}) {
    EXPECT_THAT(onnx.find(name), ::testing::Ne(std::string::npos)) << name;
  }

  const Ran inside =
      folder.giemsa({"export", "model", "--out", "inside.onnx", "--preprocessing", "--features"});
  expect_success(inside);
  EXPECT_THAT(inside.err, ::testing::Not(HasSubstr("(RGB / 255 - mean) / std")));
  EXPECT_THAT(folder.read("inside.onnx").find("pixels"), ::testing::Ne(std::string::npos));
}

TEST(Export, RefusesWhatItCannotWrite) {
  const TestFolder folder;
  folder.make_model("model");
  expect_success(folder.giemsa({"ensemble", "model", "model", "--out", "both"}));
  std::filesystem::create_directory(folder.path("taken"));
  expect_failures(folder, ErrorKind::Usage,
                  {{{"export", "both", "--out", "both.onnx"}, {"ensemble of 2 networks", "members/1"}},
                   {{"export", "model"}, {"--out is required"}}});
  expect_failures(folder, ErrorKind::Io,
                  {{{"export", "nowhere", "--out", "m.onnx"}, {"nowhere"}},
                   {{"export", "model", "--out", "no/m.onnx"}, {"no/m.onnx"}},
                   {{"export", "model", "--out", "taken"}, {"taken"}}});
  EXPECT_FALSE(folder.has("both.onnx"));
}

}  // namespace
}  // namespace giemsa::testing
