#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "cli/test_folder.h"
#include "onnx/onnx_runtime.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class VerifyCommand : public ::testing::Test {
 protected:
  VerifyCommand() {
    folder_.make_cells("cells", 2);
    folder_.make_model("model");
  }
  const TestFolder folder_;
};

TEST_F(VerifyCommand, FindsEnginesThatAgree) {
  folder_.write("cells/broken.png", "no picture");
  const Ran ran = folder_.giemsa({"verify", "model", "native", "floats", "cells"});
  expect_success(ran);
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("A  native: native executor, 32-bit floats\n"), HasSubstr("16 pictures\n"),
                    HasSubstr("same class      100.00 %"), HasSubstr("images/s")));
  EXPECT_THAT(ran.err, AllOf(HasSubstr("broken.png"), HasSubstr("they agree: probabilities within 0.0001")));
}

TEST_F(VerifyCommand, DrawsTheSameCellsWhereNoneAreNamed) {
  const std::vector<std::string> call = {"verify", "model", "native", "floats", "--json"};
  const Ran ran = folder_.giemsa(call);
  expect_success(ran);
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["pictures"], 64);
  EXPECT_EQ(json["same_class"], 1);
  EXPECT_EQ(json["agree"], true);
  EXPECT_EQ(json["logits"]["largest"], 0);
  EXPECT_EQ(json["worst"][0]["picture"], "basophil/basophil_00001.png");
}

TEST_F(VerifyCommand, EndsWith5WhereTheyDisagree) {
  expect_success(folder_.giemsa({"quantize", "model", "cells", "--out", "fast", "--agreement", "0"}));
  const Ran disagree =
      folder_.giemsa({"verify", "fast", "floats", "int8", "cells", "--tolerance", "0", "--json"});
  EXPECT_EQ(disagree.exit_code, exit_code(ErrorKind::Model));
  EXPECT_THAT(disagree.err, HasSubstr("the two do not agree; asked for: probabilities within 0\n"));
  const auto json = nlohmann::json::parse(disagree.out);
  EXPECT_EQ(json["agree"], false);
  EXPECT_EQ(json["worst"].size(), 5u);
  EXPECT_GT(json["probabilities"]["largest"], 0);

  expect_success(folder_.giemsa({"verify", "fast", "native", "int8", "cells", "--tolerance", "0"}));
  const Ran other = folder_.giemsa({"verify", "fast", "native", "model:model", "cells", "--agreement", "0"});
  expect_success(other);
  EXPECT_THAT(other.err, HasSubstr("the same class for 0 % of the pictures"));
}

TEST_F(VerifyCommand, RunsExportedFiles) {
  GIEMSA_NEEDS_ONNX_RUNTIME();
  expect_success(folder_.giemsa({"export", "model", "--out", "model.onnx"}));
  const Ran ran = folder_.giemsa(
      {"verify", "model", "native", "onnx:model.onnx", "cells", "--onnxruntime", OnnxRuntime::folder()});
  expect_success(ran);
  EXPECT_THAT(ran.out, HasSubstr("ONNX Runtime 1."));

  ::setenv("GIEMSA_ONNXRUNTIME", OnnxRuntime::folder().c_str(), 1);
  const Ran by_environment = folder_.giemsa({"verify", "model", "native", "onnx:model.onnx", "cells"});
  ::unsetenv("GIEMSA_ONNXRUNTIME");
  expect_success(by_environment);
}

TEST_F(VerifyCommand, EndsWith5WhereNeitherAnswersWithNumbers) {
  Model model = read_model(folder_.path("model"), ModelParts::Answering);
  for (auto& [name, tensor] : model.weights) {
    tensor = HostTensor::make(tensor.shape, [](std::span<float> values) {
      std::ranges::fill(values, std::numeric_limits<float>::quiet_NaN());
    });
  }
  write_model(folder_.path("nothing"), model);
  for (const char* asked : {"--agreement", "--tolerance"}) {
    const Ran ran = folder_.giemsa({"verify", "nothing", "native", "floats", "cells", asked, "1"});
    EXPECT_EQ(ran.exit_code, exit_code(ErrorKind::Model));
    EXPECT_THAT(ran.out, AllOf(HasSubstr("same class      0.00 %"), HasSubstr(": no numbers\n")));
    EXPECT_THAT(ran.err, HasSubstr("do not agree"));
  }
}

TEST_F(VerifyCommand, SaysWhatIsMissing) {
  expect_success(folder_.giemsa({"ensemble", "model", "model", "--out", "both"}));
  expect_failures(folder_, ErrorKind::Usage,
                  {{{"verify", "model", "native"}, {"B is required"}},
                   {{"verify", "model", "native", "torch"}, {"no engine 'torch'", "onnx:FILE"}},
                   {{"verify", "model", "native", "int8"}, {"multiplies no integers", "giemsa quantize"}},
                   {{"verify", "both", "native", "floats"}, {"ensemble of 2 networks", "members/1"}}});
  expect_failures(folder_, ErrorKind::Io,
                  {{{"verify", "nowhere", "native", "floats"}, {"nowhere"}},
                   {{"verify", "model", "native", "onnx:no.onnx"}, {"no.onnx", "giemsa export"}},
                   {{"verify", "model", "native", "floats", "no-cells"}, {"no-cells"}}});
}

}  // namespace
}  // namespace giemsa::testing
