#include "giemsa/infer/arena.h"

#include <algorithm>
#include <numeric>

namespace giemsa {

Arena place(std::span<const Lifetime> lifetimes, std::size_t alignment) {
  const auto rounded = [&](std::size_t i) {
    return (lifetimes[i].size + alignment - 1) / alignment * alignment;
  };
  std::vector<std::size_t> order(lifetimes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return lifetimes[a].size > lifetimes[b].size; });

  Arena arena{std::vector<std::size_t>(lifetimes.size()), 0};
  std::vector<std::size_t> placed;  // by offset
  for (const std::size_t i : order) {
    std::size_t offset = 0;
    for (const std::size_t other : placed) {
      const bool together =
          lifetimes[i].first <= lifetimes[other].last && lifetimes[other].first <= lifetimes[i].last;
      if (!together) continue;
      if (offset + rounded(i) <= arena.offsets[other]) break;
      offset = std::max(offset, arena.offsets[other] + rounded(other));
    }
    arena.offsets[i] = offset;
    arena.size = std::max(arena.size, offset + rounded(i));
    const auto after = std::find_if(placed.begin(), placed.end(),
                                    [&](std::size_t other) { return arena.offsets[other] > offset; });
    placed.insert(after, i);
  }
  return arena;
}

}  // namespace giemsa
