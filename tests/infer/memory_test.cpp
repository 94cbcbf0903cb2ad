// The largest network must not be in memory twice.

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/resident_memory.h"
#include "giemsa/core/file.h"
#include "giemsa/graph/memory.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "giemsa/weights/import.h"
#include "infer/empty_weights.h"

namespace giemsa {
namespace {

/// As training loads weights: the file is closed before the network is made, so that its tensors can go one
/// by one.
StateDict load(const Graph& graph, const std::filesystem::path& weights) {
  return import_weights(graph, read_weight_file(weights), 1, "empty").weights;
}

/// Loads the network and runs a picture; whether the most memory that this process ever held keeps to
/// 1.3 × (weights + maps).
bool stays_within_memory(const Graph& graph, const std::filesystem::path& weights) {
  const NativeExecutor network(graph, load(graph, weights));
  const std::vector<float> picture(static_cast<std::size_t>(graph.input_shape().size()), 0.5f);
  std::vector<float> logits(8);
  network.run(picture, 1, 1, logits);
  const MemoryNeed need = memory_need(graph, std::vector<char>(graph.nodes.size(), 0));
  const double ratio = static_cast<double>(testing::peak_resident_bytes()) /
                       static_cast<double>(need.weights + need.maps_per_picture);
  std::fprintf(stderr, "peak memory is %.3f of weights and maps\n", ratio);
  return ratio <= 1.3;
}

TEST(MemoryDeathTest, ConvNextXLargeIsInMemoryOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a process of its own
  const TemporaryFolder folder;
  const Graph graph = build_model("convnext_xlarge", {.classes = 8, .input_px = 96});
  const std::filesystem::path file = folder.path() / "xlarge.safetensors";
  EXPECT_GT(testing::write_empty_weights(graph, file), 1'390'000'000);
  EXPECT_EXIT(std::_Exit(stays_within_memory(graph, file) ? 0 : 1), ::testing::ExitedWithCode(0),
              "peak memory is");
}

}  // namespace
}  // namespace giemsa
