#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/resident_memory.h"
#include "giemsa/core/file.h"
#include "giemsa/graph/memory.h"
#include "giemsa/models/registry.h"
#include "giemsa/weights/import.h"

namespace giemsa::testing {

/// A safetensors file of the graph's parameters, all zero, as a file with a hole: gigabytes that take no time
/// to write. Returns its bytes of tensors.
inline std::int64_t write_empty_weights(const Graph& graph, const std::filesystem::path& path) {
  nlohmann::ordered_json header;
  std::int64_t offset = 0;
  for (const Param& param : graph.params) {
    const std::int64_t end = offset + 4 * param.size();
    header[param.name] = {{"dtype", "F32"}, {"shape", param.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append(64 - (8 + text.size()) % 64, ' ');
  const std::uint64_t length = text.size();
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(&length), 8)
      .write(text.data(), static_cast<std::streamsize>(length));
  file.close();
  std::filesystem::resize_file(path, 8 + length + static_cast<std::uint64_t>(offset));
  return offset;
}

/// As training loads weights: the file is closed before the network is made, so that its tensors can go one
/// by one.
inline StateDict load_weights(const Graph& graph, const std::filesystem::path& path) {
  return import_weights(graph, read_weight_file(path), 1, "empty").weights;
}

/// Loads ConvNeXt-XLarge and runs a picture, by run(graph, weights, picture), in a process of its own: the
/// most memory that it ever holds keeps to 1.3 × (weights + maps).
template <class Run>
void expect_xlarge_in_memory_once(Run run) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const TemporaryFolder folder;
  const Graph graph = build_model("convnext_xlarge", {.classes = 8, .input_px = 96});
  const std::filesystem::path file = folder.path() / "xlarge.safetensors";
  EXPECT_GT(write_empty_weights(graph, file), 1'390'000'000);
  const auto stays_within_memory = [&] {
    std::vector<float> picture(static_cast<std::size_t>(graph.input_shape().size()), 0.5f);
    run(graph, load_weights(graph, file), picture);
    const MemoryNeed need = memory_need(graph, std::vector<char>(graph.nodes.size(), 0));
    const double ratio = static_cast<double>(peak_resident_bytes()) /
                         static_cast<double>(need.weights + need.maps_per_picture);
    std::fprintf(stderr, "peak memory is %.3f of weights and maps\n", ratio);
    return ratio <= 1.3;
  };
  EXPECT_EXIT(std::_Exit(stays_within_memory() ? 0 : 1), ::testing::ExitedWithCode(0), "peak memory is");
}

}  // namespace giemsa::testing
