#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace giemsa {

/// "natural", "balanced", "oversample".
std::span<const std::string_view> sampling_names();

/// One picture of an epoch.
struct EpochDraw {
  std::size_t member = 0;  ///< position in the list of labels
  std::size_t repeat = 0;  ///< how often the epoch has drawn it before: names the random stream of its view
  bool operator==(const EpochDraw&) const = default;
};

/// What an epoch (from 1) draws from pictures of these labels, in order:
///   natural     every picture once, shuffled
///   balanced    as many draws as pictures, all classes in turn, so that any run of draws has every class
///               equally often to within one. A class goes through all its pictures, in an order of its own,
///               before it begins anew, from one epoch on to the next
///   oversample  every class as often as the largest one, shuffled: each picture equally often to within one,
///               which of a class are drawn once more being chosen anew in each epoch
/// Depends on the labels, seed and epoch alone. Throws Usage for another name.
std::vector<EpochDraw> draw_epoch(std::string_view sampling, std::span<const std::int64_t> labels,
                             std::uint64_t seed, std::int64_t epoch);

}  // namespace giemsa
