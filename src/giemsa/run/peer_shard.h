#pragma once
#include <cstdint>

namespace giemsa {

/// Positions [begin, end) of a list that one of several processes takes.
struct Shard {
  std::int64_t begin = 0, end = 0;
  std::int64_t size() const { return end - begin; }
  bool operator==(const Shard&) const = default;
};

/// What `rank` of `count` takes of the `size` positions from `first`: a run of them, in the order of the
/// ranks. The runs of all ranks are the whole, each position once, and their sizes differ by one at most.
///
/// A step of `count` processes with a batch of B each: first = step · B · count, size = B · count, so that
/// together they take the step of one process with a batch of B · count. A validation: first = 0, size = all
/// pictures.
Shard shard(std::int64_t first, std::int64_t size, int rank, int count);

}  // namespace giemsa
