#pragma once
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "giemsa/graph/graph.h"

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

}  // namespace giemsa::testing
