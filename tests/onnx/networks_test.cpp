// Every registered network, exported with random weights, in ONNX Runtime and OpenCV against the native
// executor; a new one is taken up by itself.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "giemsa/graph/layer_table.h"
#include "models/networks.h"
#include "onnx/exported_network.h"

namespace giemsa::testing {
namespace {

constexpr double kTolerance = 1e-4;
/// Larger networks of the same families take gigabytes; bench/peers/onnx_agreement.sh runs them all.
constexpr std::int64_t kMostParameters = 30'000'000;

class OnnxNetworks : public ::testing::TestWithParam<ModelEntry> {};

TEST_P(OnnxNetworks, Agree) {
  const ModelEntry& model = GetParam();
  const Graph graph = model.build({.classes = 8, .input_px = std::max(96, model.min_input_px)});
  if (layer_table(graph).params > kMostParameters && std::getenv("GIEMSA_ONNX_ALL") == nullptr) {
    GTEST_SKIP() << "more than 30 million parameters; GIEMSA_ONNX_ALL=1 runs it";
  }
  const ExportedNetwork network(graph);
  RecordProperty(
      "megabytes",
      fmt::format("{:.1f}", static_cast<double>(std::filesystem::file_size(network.file())) / 1e6));
  const double opencv = network.opencv_difference();
  RecordProperty("opencv", fmt::format("{:.1e}", opencv));
  EXPECT_LE(opencv, kTolerance) << "OpenCV";
  GIEMSA_NEEDS_ONNX_RUNTIME();
  const double onnx_runtime = network.onnx_runtime_difference();
  RecordProperty("onnx_runtime", fmt::format("{:.1e}", onnx_runtime));
  EXPECT_LE(onnx_runtime, kTolerance) << "ONNX Runtime";
}

INSTANTIATE_TEST_SUITE_P(Onnx, OnnxNetworks, testing::every_network(), testing::name_of);

}  // namespace
}  // namespace giemsa::testing
