#include "giemsa/split/shares.h"

#include <algorithm>

namespace giemsa {

std::vector<std::size_t> share_out(std::size_t count, std::span<const double> shares) {
  std::vector<std::size_t> sizes(shares.size());
  std::vector<double> remainders(shares.size());
  std::size_t left = count;
  for (std::size_t p = 0; p < shares.size(); ++p) {
    const double exact = shares[p] * static_cast<double>(count);
    sizes[p] = std::min(left, static_cast<std::size_t>(exact));
    remainders[p] = exact - static_cast<double>(sizes[p]);
    left -= sizes[p];
  }
  for (; left > 0; --left) {
    const auto p = static_cast<std::size_t>(std::ranges::max_element(remainders) - remainders.begin());
    ++sizes[p];
    remainders[p] -= 1;
  }
  for (std::size_t p = 0; p < shares.size(); ++p) {
    if (sizes[p] > 0 || shares[p] <= 0) continue;
    --*std::ranges::max_element(sizes);
    ++sizes[p];
  }
  return sizes;
}

}  // namespace giemsa
