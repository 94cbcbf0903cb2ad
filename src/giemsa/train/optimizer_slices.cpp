#include "giemsa/train/optimizer_slices.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace giemsa {

namespace {

constexpr std::int64_t kSliceValues = 4'096;  // five arrays of them are 80 KiB
constexpr std::int64_t kGrain = 16'384;       // values per thread: large enough to outweigh the hand-over

}  // namespace

std::vector<Slice> cut_into_slices(std::span<const std::int64_t> sizes) {
  std::vector<Slice> slices;
  for (std::size_t tensor = 0; tensor < sizes.size(); ++tensor) {
    for (std::int64_t begin = 0; begin < sizes[tensor]; begin += kSliceValues)
      slices.push_back({tensor, begin, std::min(begin + kSliceValues, sizes[tensor])});
  }
  return slices;
}

void for_each_slice(std::span<const Slice> slices, const std::function<void(std::size_t)>& body) {
  std::vector<std::int64_t> starts;  // of each slice, with all of them laid end to end
  std::int64_t total = 0;
  for (const Slice& slice : slices) {
    starts.push_back(total);
    total += slice.end - slice.begin;
  }
  at::parallel_for(0, total, kGrain, [&](std::int64_t begin, std::int64_t end) {
    auto start = std::lower_bound(starts.begin(), starts.end(), begin);
    for (; start != starts.end() && *start < end; ++start) body(start - starts.begin());
  });
}

}  // namespace giemsa
