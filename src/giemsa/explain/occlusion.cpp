#include "giemsa/explain/occlusion.h"

#include <algorithm>
#include <cmath>

#include "giemsa/core/parallel.h"

namespace giemsa {

namespace {

/// log(p / (1 - p)) of a class from all logits.
double log_odds(std::span<const float> logits, int class_index) {
  const auto wanted = static_cast<std::size_t>(class_index);
  double largest = -INFINITY, sum = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    if (k != wanted) largest = std::max(largest, double{logits[k]});
  }
  for (std::size_t k = 0; k < logits.size(); ++k) {
    if (k != wanted) sum += std::exp(logits[k] - largest);
  }
  return logits[wanted] - largest - std::log(sum);
}

/// Places [first, last) along one side that a patch hides.
struct Stretch {
  std::int64_t first, last;
};
std::vector<Stretch> stretches(std::int64_t side) {
  const std::int64_t patch = std::max<std::int64_t>(1, (side + 3) / 6);
  const std::int64_t stride = std::max<std::int64_t>(1, patch / 2);
  std::vector<Stretch> all;
  for (std::int64_t at = stride - patch; at < side; at += stride)
    all.push_back({std::max<std::int64_t>(0, at), std::min(at + patch, side)});
  return all;
}

}  // namespace

std::vector<float> occlusion_map(const NativeExecutor& network, std::span<const float> image,
                                 std::span<const float> colour, int class_index, int threads) {
  const std::int64_t height = network.input_shape().height, width = network.input_shape().width;
  const auto odds = [&](std::span<const float> picture) {
    std::vector<float> logits(static_cast<std::size_t>(network.output_shape().size()));
    network.run(picture, 1, 1, logits);
    return log_odds(logits, class_index);
  };
  const double whole = odds(image);
  const std::vector<Stretch> rows = stretches(height), columns = stretches(width);
  std::vector<double> lost(rows.size() * columns.size());
  parallel_for(lost.size(), threads, [&](std::size_t i) {
    const Stretch y = rows[i / columns.size()], x = columns[i % columns.size()];
    std::vector<float> hidden(image.begin(), image.end());
    for (std::int64_t row = y.first; row < y.last; ++row) {
      for (std::int64_t column = x.first; column < x.last; ++column)
        std::ranges::copy(colour, hidden.begin() + (row * width + column) * 3);
    }
    lost[i] = std::max(0.0, whole - odds(hidden));
  });

  std::vector<double> sums(static_cast<std::size_t>(height * width)), counts(sums.size());
  for (std::size_t i = 0; i < lost.size(); ++i) {
    const Stretch y = rows[i / columns.size()], x = columns[i % columns.size()];
    for (std::int64_t row = y.first; row < y.last; ++row) {
      for (std::int64_t column = x.first; column < x.last; ++column) {
        sums[static_cast<std::size_t>(row * width + column)] += lost[i];
        ++counts[static_cast<std::size_t>(row * width + column)];
      }
    }
  }
  std::vector<float> map(sums.size());
  for (std::size_t p = 0; p < map.size(); ++p) map[p] = static_cast<float>(sums[p] / counts[p]);
  return map;
}

}  // namespace giemsa
