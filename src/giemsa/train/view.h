#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/augment/mixing.h"
#include "giemsa/augment/options.h"
#include "giemsa/balance/sampling.h"
#include "giemsa/data/crop_cache.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/train/batch.h"

namespace giemsa {

/// The records of one part of a split, with what is needed to draw batches from them.
struct LoaderSource {
  const CropCache& crops;
  std::vector<std::size_t> records;  ///< numbers in the source; all of them have a crop
  std::vector<std::int64_t> labels;  ///< of each
  Preprocess preprocess;
  bool standardise = false;  ///< whether prediction sees it in standard colours

  Shape shape() const { return {3, preprocess.input_px, preprocess.input_px}; }
};

class Teacher;

/// How batches are drawn from a part.
struct LoaderOptions {
  int classes = 0;
  std::int64_t batch = 1;
  std::uint64_t seed = 1;
  std::string sampling = "natural";
  AugmentOptions augment = {};
  MixOptions mix = {};
  double label_smoothing = 0;
  const Teacher* teacher = nullptr;  ///< whose answers are a share of the targets; null: none
  double teacher_weight = 0;         ///< that share
  int consistency_views = 1;         ///< of each picture in a batch, for AugMix's consistency loss; else 1
  std::int64_t first_epoch = 1;      ///< of the stage
  std::int64_t views = 0;  ///< of each picture in the stage, shown in turn; 0: a new one in every epoch
  std::int64_t rank = 0;   ///< of the `peers` that share each batch of batch · peers pictures
  std::int64_t peers = 1;

  /// The epoch whose view is shown in this one.
  std::int64_t view_epoch(std::int64_t epoch) const {
    return views == 0 ? epoch : first_epoch + (epoch - first_epoch) % views;
  }
  /// Batches of an epoch of so many draws; what is left over is not drawn.
  std::int64_t batches(std::size_t draws) const { return static_cast<std::int64_t>(draws) / (batch * peers); }
  /// Where picture i of this peer's batch `index` stands in the order of the epoch.
  std::size_t position(std::int64_t index, std::int64_t i) const {
    return static_cast<std::size_t>((index * peers + rank) * batch + i);
  }
};

/// The view of a drawn picture in an epoch, or its views, from a stream of its own.
/// out: [consistency_views, input_px, input_px, 3] f32.
void draw_view(const LoaderSource& source, const LoaderOptions& options, const EpochDraw& draw,
               std::int64_t epoch, float* out);

/// A batch of this shape whose targets are the smoothed labels of the pictures that `order` has at its
/// positions; without images.
Batch labelled_batch(const LoaderSource& source, const LoaderOptions& options, const Shape& shape,
                     const std::vector<EpochDraw>& order, std::int64_t index);

/// The picture as prediction sees it.  out: [input_px, input_px, 3] f32.
void plain_view(const LoaderSource& source, std::size_t member, float* out);

/// The pictures [begin, end) of a part as prediction sees them, in order; their targets are one-hot.
Batch plain_batch(const LoaderSource& source, int classes, std::size_t begin, std::size_t end);

}  // namespace giemsa
