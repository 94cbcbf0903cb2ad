#pragma once
#include <string>
#include <vector>

namespace giemsa {

/// "rank 1 of 2", "ranks 1 and 3 of 4"; "a peer of 4" where none is known.
std::string ranks_of(const std::vector<int>& ranks, int count);

}  // namespace giemsa
