#pragma once
#include <array>
#include <cstdint>

#include "giemsa/train/peers.h"

namespace giemsa {

/// Mean loss and share of right answers over some pictures.
struct Figures {
  double loss = 0, accuracy = 0;
};

/// Sums over batches; mean() may be asked for at any time after the first.
class FigureSum {
 public:
  void add(double mean_loss, std::int64_t right, std::int64_t count) {
    loss_ += mean_loss * static_cast<double>(count);
    right_ += right;
    count_ += count;
  }
  Figures mean() const {
    const auto n = static_cast<double>(count_);
    return {loss_ / n, static_cast<double>(right_) / n};
  }
  /// Over the pictures of all peers.
  Figures mean_over(Peers& peers) const {
    std::array<double, 3> sums = {loss_, static_cast<double>(right_), static_cast<double>(count_)};
    peers.sum(sums);
    return {sums[0] / sums[2], sums[1] / sums[2]};
  }
  std::int64_t count() const { return count_; }

 private:
  double loss_ = 0;
  std::int64_t right_ = 0, count_ = 0;
};

}  // namespace giemsa
