// Each operation and fusion, exported, in ONNX Runtime and OpenCV against the native executor.

#include <gtest/gtest.h>

#include "infer/op_cases.h"
#include "onnx/exported_network.h"

namespace giemsa::testing {
namespace {

constexpr double kTolerance = 1e-5;

class OnnxOps : public ::testing::TestWithParam<OpCase> {
 protected:
  ExportedNetwork network_{network_of(GetParam(), 7)};
};

TEST_P(OnnxOps, PassesTheChecker) {
  const std::vector<std::int64_t> shape = network_.check();
  ASSERT_EQ(shape.size(), 2);
  EXPECT_EQ(shape[1], 7);
}

TEST_P(OnnxOps, AgreesInOnnxRuntime) {
  GIEMSA_NEEDS_ONNX_RUNTIME();
  EXPECT_LE(network_.onnx_runtime_difference(), kTolerance);
}

TEST_P(OnnxOps, AgreesInOpenCv) { EXPECT_LE(network_.opencv_difference(), kTolerance); }

INSTANTIATE_TEST_SUITE_P(Onnx, OnnxOps, ::testing::ValuesIn(kOpCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace giemsa::testing
