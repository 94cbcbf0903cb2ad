#pragma once
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace giemsa {

/// Sets of numbers that grow together (union-find with halved paths). A set is known by its smallest number.
class JoinedSets {
 public:
  /// Every number from 0 to count - 1 alone.
  explicit JoinedSets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  /// The smallest number of the set that `i` is in.
  std::size_t first_of(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    const auto [low, high] = std::minmax({first_of(a), first_of(b)});
    parent_[high] = low;
  }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace giemsa
