#pragma once
#include <cstddef>
#include <string>

namespace giemsa {

/// Every `of`-th item of a list, beginning with number `first` (from 0): the shards of all `first` below `of`
/// are disjoint, and together the list.
struct Shard {
  std::size_t first = 0, of = 1;

  /// How many of `count` items are in it.
  std::size_t size(std::size_t count) const { return first < count ? (count - first - 1) / of + 1 : 0; }
  /// The number in the list of its item i.
  std::size_t at(std::size_t i) const { return first + i * of; }
};

/// "2/4": the second of four. Throws Usage for anything else.
Shard parse_shard(const std::string& text);

}  // namespace giemsa
