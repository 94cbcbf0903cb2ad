#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// A tensor in host memory: fp32, C order. Cheap to copy (shared, read-only); may lie in a mapped file.
struct HostTensor {
  std::vector<std::int64_t> shape;
  std::shared_ptr<const float[]> data;

  std::size_t size() const;
  std::span<const float> values() const { return {data.get(), size()}; }
  /// A new tensor of this shape whose values `fill` writes.
  template <class Fill>
  static HostTensor make(std::vector<std::int64_t> shape, Fill fill);
};

/// The values of a network's parameters by name.
using StateDict = std::map<std::string, HostTensor>;

/// Fresh values for a parameter, from its own stream keyed by (seed, name).
HostTensor initial_values(const Param& param, std::uint64_t seed);
/// The same for every parameter.
StateDict initialise(const Graph& graph, std::uint64_t seed);

/// Throws Model, naming the first few, unless `weights` holds every parameter of the graph in its shape and
/// nothing else.
void check_complete(const Graph& graph, const StateDict& weights, const std::string& source);

template <class Fill>
HostTensor HostTensor::make(std::vector<std::int64_t> shape, Fill fill) {
  HostTensor tensor{std::move(shape), nullptr};
  std::shared_ptr<float[]> values(new float[tensor.size()]);
  fill(std::span<float>(values.get(), tensor.size()));
  tensor.data = std::move(values);
  return tensor;
}

/// "32×3×3×3".
std::string shape_text(std::span<const std::int64_t> shape);

}  // namespace giemsa
