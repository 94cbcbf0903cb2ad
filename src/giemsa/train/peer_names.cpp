#include "giemsa/train/peer_names.h"

#include <fmt/format.h>

namespace giemsa {

std::string ranks_of(const std::vector<int>& ranks, int count) {
  if (ranks.empty()) return fmt::format("a peer of {}", count);
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (i > 0) text += i + 1 == ranks.size() ? " and " : ", ";
    text += std::to_string(ranks[i]);
  }
  return fmt::format("{} of {}", text, count);
}

}  // namespace giemsa
