#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace giemsa {

/// How `count` things are shared out: the whole parts of the shares, the rest by largest remainder (earlier
/// part first on ties), then one for every part that has a share but would be empty. `shares` sum to 1; there
/// are at least as many things as parts with a share.
std::vector<std::size_t> share_out(std::size_t count, std::span<const double> shares);

}  // namespace giemsa
