#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace giemsa {

/// A run of values of one of several tensors, short enough to stay in the cache while all that an update does
/// with it is done.
struct Slice {
  std::size_t tensor;
  std::int64_t begin, end;
};

/// Cuts tensors of these sizes into slices, in order.
std::vector<Slice> cut_into_slices(std::span<const std::int64_t> sizes);

/// body(i) for every slice i, in one parallel region over all of them: networks have hundreds of small
/// tensors. Each thread takes about as many values. Which slices there are does not depend on the threads.
void for_each_slice(std::span<const Slice> slices, const std::function<void(std::size_t index)>& body);

}  // namespace giemsa
