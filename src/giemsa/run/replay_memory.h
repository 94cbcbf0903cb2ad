#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// What a model keeps of some pictures that it was trained on, so that it need not forget them when it learns
/// others later: for each, its class and the value of an inner node of the network, as 8-bit numbers (latent
/// replay: Pellegrini et al. 2019, arXiv 1912.01100). N pictures, [C, H, W] the shape of the value.
struct ReplayMemory {
  std::string node = {};                   ///< its name; on its value alone all later nodes depend
  Shape shape = {};                        ///< of its value
  std::vector<int> labels = {};            ///< [N]: classes of the model
  std::vector<float> low = {}, step = {};  ///< [C]: a stored number v of channel c is low + v · step
  std::vector<std::uint8_t> values = {};   ///< [N, H, W, C]

  bool empty() const { return labels.empty(); }
  std::size_t pictures() const { return labels.size(); }
  /// All values.  [N, H, W, C]
  std::vector<float> decoded() const;
};

/// The memory of these pictures. values: [N, H, W, C], finite; each channel is stored between its smallest
/// and its largest number, to within 1/510 of the difference.
ReplayMemory remember(const std::string& node, const Shape& shape, std::span<const float> values,
                      std::vector<int> labels);

/// Writes memory.safetensors into a folder that exists, atomically: values [N, H, W, C] and labels [N] as
/// U8 and I32, low and step [C] as F32; the node's name is in its metadata. Throws Io.
void write_memory(const std::filesystem::path& folder, const ReplayMemory& memory);

/// Reads it; an empty memory without the file. It has at most kMostMemoryBytes; shapes are checked against
/// the graph, whose node it must be a cut of, labels against the number of classes, and numbers to be finite.
/// Throws Io when unreadable, Model when malformed.
ReplayMemory read_memory(const std::filesystem::path& folder, const Graph& graph, std::size_t classes);

inline constexpr std::uint64_t kMostMemoryBytes = 64 << 20;

/// The number of the node whose values a memory holds.
NodeId memory_node(const Graph& graph, const ReplayMemory& memory);

}  // namespace giemsa
