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

TEST(Export, WritesTheIntegersOfAQuantisedModel) {
  const TestFolder folder;
  folder.make_cells("cells", 2);
  folder.make_model("model");
  expect_success(folder.giemsa({"quantize", "model", "cells", "--out", "fast", "--agreement", "0"}));
  const Ran floats = folder.giemsa({"export", "fast", "--out", "floats.onnx"});
  expect_success(floats);
  EXPECT_THAT(floats.err, HasSubstr("32-bit floats: "));
  EXPECT_THAT(floats.err, HasSubstr("its layers multiply 8-bit integers (--int8 writes them)"));
  const Ran integers = folder.giemsa({"export", "fast", "--out", "fast.onnx", "--int8"});
  expect_success(integers);
  EXPECT_THAT(integers.err, HasSubstr("8-bit integers: "));
  EXPECT_THAT(integers.err, ::testing::Not(HasSubstr("--int8")));
  EXPECT_THAT(folder.read("fast.onnx"), HasSubstr("QuantizeLinear"));
  EXPECT_LT(folder.read("fast.onnx").size(), folder.read("floats.onnx").size() / 2);
}

TEST(Export, RefusesWhatItCannotWrite) {
  const TestFolder folder;
  folder.make_model("model");
  expect_success(folder.giemsa({"ensemble", "model", "model", "--out", "both"}));
  std::filesystem::create_directory(folder.path("taken"));
  expect_failures(folder, ErrorKind::Usage,
                  {{{"export", "both", "--out", "both.onnx"}, {"ensemble of 2 networks", "members/1"}},
                   {{"export", "model", "--out", "m.onnx", "--int8"}, {"no integers", "giemsa quantize"}},
                   {{"export", "model"}, {"--out is required"}}});
  expect_failures(folder, ErrorKind::Io,
                  {{{"export", "nowhere", "--out", "m.onnx"}, {"nowhere"}},
                   {{"export", "model", "--out", "no/m.onnx"}, {"no/m.onnx"}},
                   {{"export", "model", "--out", "taken"}, {"taken"}}});
  EXPECT_FALSE(folder.has("both.onnx"));
}

}  // namespace
}  // namespace giemsa::testing
