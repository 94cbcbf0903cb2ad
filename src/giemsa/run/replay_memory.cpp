#include "giemsa/run/replay_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/graph/cut.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

constexpr float kLevels = 255;
/// No value of a network that works is larger; far below where sums overflow.
constexpr float kLargestValue = 1e6f;
constexpr const char* kFile = "memory.safetensors";

void check(bool condition, const std::string& what) {
  require(condition, ErrorKind::Model, fmt::format("[memory] {}: {}", kFile, what),
          "delete it, and make it anew: giemsa calibrate");
}

template <class T>
StoredTensor stored(StoredType type, const std::vector<T>& values, std::vector<std::int64_t> shape) {
  return {type,
          std::move(shape),
          {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)}};
}

/// A tensor of the file that has this type and shape; -1 stands for any length.
std::span<const float> tensor(const SafetensorsFile& file, const std::string& name, const char* type,
                              const std::vector<std::int64_t>& shape) {
  const auto at = file.tensors.find(name);
  check(at != file.tensors.end(), fmt::format("'{}' is missing", name));
  const std::vector<std::int64_t>& found = at->second.shape;
  const bool fits =
      file.stored_types.at(name) == type &&
      std::ranges::equal(found, shape, [](std::int64_t a, std::int64_t b) { return b < 0 || a == b; });
  check(fits, fmt::format("'{}' is {} {}", name, file.stored_types.at(name), shape_text(found)));
  return at->second.values();
}

std::vector<float> numbers(std::span<const float> values, float lowest) {
  for (const float value : values)
    check(value >= lowest && value <= kLargestValue, "a number is not finite, or out of range");
  return {values.begin(), values.end()};
}

}  // namespace

std::vector<float> ReplayMemory::decoded() const {
  std::vector<float> all(values.size());
  const std::size_t channels = low.size();
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = low[i % channels] + static_cast<float>(values[i]) * step[i % channels];
  return all;
}

ReplayMemory remember(const std::string& node, const Shape& shape, std::span<const float> values,
                      std::vector<int> labels) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  require(values.size() == labels.size() * static_cast<std::size_t>(shape.size()), ErrorKind::Internal,
          "[memory] values and labels do not fit");
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<float> low(channels, kInfinity), high(channels, -kInfinity);
  for (std::size_t i = 0; i < values.size(); ++i) {
    low[i % channels] = std::min(low[i % channels], values[i]);
    high[i % channels] = std::max(high[i % channels], values[i]);
  }
  ReplayMemory memory{node, shape, std::move(labels), std::move(low), std::vector<float>(channels), {}};
  for (std::size_t c = 0; c < channels; ++c) memory.step[c] = (high[c] - memory.low[c]) / kLevels;
  memory.values.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = i % channels;
    const float level = memory.step[c] > 0 ? (values[i] - memory.low[c]) / memory.step[c] : 0;
    memory.values[i] = static_cast<std::uint8_t>(std::lround(std::clamp(level, 0.0f, kLevels)));
  }
  return memory;
}

void write_memory(const fs::path& folder, const ReplayMemory& memory) {
  const auto n = static_cast<std::int64_t>(memory.pictures());
  const Shape& s = memory.shape;
  write_stored_tensors(folder / kFile,
                       {{"values", stored(StoredType::U8, memory.values, {n, s.height, s.width, s.channels})},
                        {"labels", stored(StoredType::I32, memory.labels, {n})},
                        {"low", stored(StoredType::F32, memory.low, {s.channels})},
                        {"step", stored(StoredType::F32, memory.step, {s.channels})}},
                       {{"node", memory.node}});
}

ReplayMemory read_memory(const fs::path& folder, const Graph& graph, std::size_t classes) {
  const fs::path path = folder / kFile;
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  const auto bytes = fs::file_size(path, error);
  check(!error, error.message());
  check(bytes <= kMostMemoryBytes, fmt::format("larger than {} MB", kMostMemoryBytes >> 20));
  const SafetensorsFile file = read_safetensors(path);
  ReplayMemory memory;
  if (const auto node = file.metadata.find("node"); node != file.metadata.end()) memory.node = node->second;
  memory.shape = graph.nodes[memory_node(graph, memory)].shape;
  const Shape& s = memory.shape;
  memory.low = numbers(tensor(file, "low", "F32", {s.channels}), -kLargestValue);
  memory.step = numbers(tensor(file, "step", "F32", {s.channels}), 0);
  for (const float label : tensor(file, "labels", "I32", {-1})) {
    check(label >= 0 && label < static_cast<float>(classes), fmt::format("a label is {}", label));
    memory.labels.push_back(static_cast<int>(label));
  }
  check(!memory.empty(), "it holds no picture");
  const auto values = tensor(file, "values", "U8",
                             {static_cast<std::int64_t>(memory.pictures()), s.height, s.width, s.channels});
  memory.values.assign(values.begin(), values.end());
  return memory;
}

NodeId memory_node(const Graph& graph, const ReplayMemory& memory) {
  for (const NodeId id : cuts(graph)) {
    if (graph.nodes[id].name == memory.node) return id;
  }
  throw Error(
      ErrorKind::Model,
      fmt::format("[memory] {}: the network has no node '{}' that it could be cut at", kFile, memory.node),
      "delete it, and make it anew: giemsa calibrate");
}

}  // namespace giemsa
