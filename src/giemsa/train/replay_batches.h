#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "giemsa/balance/sampling.h"
#include "giemsa/train/batch.h"

namespace giemsa {

/// Remembered pictures, ready to be learned again. M pictures, [H, W, C] a node's value, K classes.
struct ReplaySource {
  std::vector<float> values = {};    ///< [M, H, W, C]
  std::vector<float> targets = {};   ///< [M, K]
  std::vector<std::int64_t> labels;  ///< [M]
};

/// The batches of another source, each with `count` remembered pictures behind its own, all classes of the
/// memory in turn: latent replay (Pellegrini et al. 2019, arXiv 1912.01100).
class ReplayBatches final : public BatchSource {
 public:
  /// fresh: batches of one view of each picture, in the same shape as the memory's values. Both are kept by
  /// reference.
  ReplayBatches(BatchSource& fresh, const ReplaySource& memory, std::int64_t count, std::uint64_t seed);

  std::int64_t batches_per_epoch() const override { return fresh_.batches_per_epoch(); }
  void start_epoch(std::int64_t epoch) override;
  Batch next() override;

 private:
  BatchSource& fresh_;
  const ReplaySource& memory_;
  std::int64_t count_;
  std::uint64_t seed_;
  std::vector<EpochDraw> order_;
  std::size_t at_ = 0;     ///< draws from the memory before the next one, over all epochs
  std::size_t round_ = 0;  ///< of the memory's draws that order_ holds; 0: none
};

}  // namespace giemsa
