#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace giemsa {

/// A buffer that is in use from step `first` to step `last`, both included.
struct Lifetime {
  std::size_t size;
  int first, last;
};

struct Arena {
  std::vector<std::size_t> offsets;  ///< one per lifetime
  std::size_t size = 0;
};

/// Places buffers in one block of memory so that those in use at the same time never overlap: the largest
/// first, each at the lowest place that is free. Sizes are rounded up to multiples of `alignment`.
Arena place(std::span<const Lifetime> lifetimes, std::size_t alignment);

}  // namespace giemsa
