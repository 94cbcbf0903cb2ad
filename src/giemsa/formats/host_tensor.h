#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

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

/// "32×3×3×3".
std::string shape_text(std::span<const std::int64_t> shape);

template <class Fill>
HostTensor HostTensor::make(std::vector<std::int64_t> shape, Fill fill) {
  HostTensor tensor{std::move(shape), nullptr};
  std::shared_ptr<float[]> values(new float[tensor.size()]);
  fill(std::span<float>(values.get(), tensor.size()));
  tensor.data = std::move(values);
  return tensor;
}

}  // namespace giemsa
