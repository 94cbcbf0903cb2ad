#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "giemsa/augment/options.h"
#include "giemsa/balance/sampling.h"
#include "giemsa/data/crop_cache.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {

/// Pictures of one step, ready for the network. Letters: N pictures, S input_px.
struct Batch {
  std::vector<float> images;         ///< [N, S, S, 3] f32, normalised
  std::vector<std::int64_t> labels;  ///< [N]
};

/// The records of one part of a split, with what is needed to draw batches from them.
struct LoaderSource {
  const CropCache& crops;
  std::vector<std::size_t> records;  ///< numbers in the source; all of them have a crop
  std::vector<std::int64_t> labels;  ///< of each
  Preprocess preprocess;
};

/// Full batches of one epoch, drawn by `sampling` (sampling.h) and augmented. What is in them depends on
/// (seed, epoch) and the records alone: order and views come from streams keyed by them, whichever thread
/// prepares which batch.
class BatchLoader {
 public:
  /// threads 0: next() prepares on LibTorch's own threads, which are idle between steps. Otherwise that many
  /// threads prepare up to two batches each ahead.
  BatchLoader(const LoaderSource& source, const AugmentOptions& augment, std::uint64_t seed,
              std::int64_t batch, int threads, std::string sampling = "natural");
  ~BatchLoader();

  std::int64_t batches_per_epoch() const;
  void start_epoch(std::int64_t epoch);
  /// The next batch; there are batches_per_epoch() of them.
  Batch next();

 private:
  class Ahead;
  void fill(std::int64_t index, std::size_t position, Batch& batch) const;
  Batch empty_batch() const;

  const LoaderSource& source_;
  AugmentOptions augment_;
  std::uint64_t seed_;
  std::int64_t batch_, epoch_ = 0, index_ = 0;
  int threads_;
  std::string sampling_;
  std::vector<Draw> order_;
  std::unique_ptr<Ahead> ahead_;
};

/// The pictures [begin, end) of a part as prediction sees them: no augmentation, in order.
Batch plain_batch(const LoaderSource& source, std::size_t begin, std::size_t end);

}  // namespace giemsa
