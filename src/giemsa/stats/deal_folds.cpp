#include "giemsa/stats/deal_folds.h"

#include <algorithm>
#include <numeric>

namespace giemsa {

std::vector<int> deal_folds(std::span<const int> labels, int folds, Random random) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(std::span(order));
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return labels[i]; });
  std::vector<int> fold(labels.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    fold[order[i]] = static_cast<int>(i % static_cast<std::size_t>(folds));
  return fold;
}

}  // namespace giemsa
