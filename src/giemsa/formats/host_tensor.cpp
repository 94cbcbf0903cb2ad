#include "giemsa/formats/host_tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <numeric>

namespace giemsa {

std::size_t HostTensor::size() const {
  return static_cast<std::size_t>(
      std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()));
}

std::string shape_text(std::span<const std::int64_t> shape) {
  return fmt::format("{}", fmt::join(shape, "×"));
}

}  // namespace giemsa
