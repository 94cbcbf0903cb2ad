#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "giemsa/balance/sampling.h"
#include "giemsa/train/batch.h"
#include "giemsa/train/view.h"

namespace giemsa {

/// Full batches of one epoch, drawn by `sampling` (sampling.h), augmented and mixed. What is in them depends
/// on (seed, epoch) and the records alone: order, views and mixing come from streams keyed by them, whichever
/// thread prepares which batch.
class BatchLoader final : public BatchSource {
 public:
  /// threads 0: next() prepares on LibTorch's own threads, which are idle between steps. Otherwise that many
  /// threads prepare up to two batches each ahead.
  BatchLoader(const LoaderSource& source, LoaderOptions options, int threads);
  ~BatchLoader() override;

  std::int64_t batches_per_epoch() const override;
  void start_epoch(std::int64_t epoch) override;
  Batch next() override;

 private:
  class Ahead;
  Batch empty_batch(std::int64_t index) const;
  void fill(std::int64_t index, std::int64_t i, Batch& batch) const;
  void finish(std::int64_t index, int threads, Batch& batch) const;

  const LoaderSource& source_;
  LoaderOptions options_;
  std::int64_t epoch_ = 0, index_ = 0;
  int threads_;
  std::vector<EpochDraw> order_;
  std::unique_ptr<Ahead> ahead_;
};

}  // namespace giemsa
