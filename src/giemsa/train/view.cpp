#include "giemsa/train/view.h"

#include <ATen/Parallel.h>

#include "giemsa/augment/augment.h"
#include "giemsa/augment/stain.h"
#include "giemsa/core/random.h"

namespace giemsa {

void draw_view(const LoaderSource& source, const LoaderOptions& options, const EpochDraw& draw,
               std::int64_t epoch, float* out) {
  const std::size_t record = source.records[draw.member];
  const auto view = static_cast<std::uint64_t>(options.view_epoch(epoch));
  Random random = draw.repeat == 0 ? Random({options.seed, fnv1a("augment"), view, record})
                                   : Random({options.seed, fnv1a("augment"), view, record, draw.repeat});
  const ImageView square = source.crops.crop(record);
  if (options.consistency_views > 1)
    augment_views(square, options.augment, source.preprocess, random, options.consistency_views, out);
  else
    augment(square, options.augment, source.preprocess, random, out);
}

Batch labelled_batch(const LoaderSource& source, const LoaderOptions& options, const Shape& shape,
                     const std::vector<EpochDraw>& order, std::int64_t index) {
  Batch batch{.shape = shape};
  batch.labels.resize(options.batch);
  for (std::int64_t i = 0; i < options.batch; ++i)
    batch.labels[i] = source.labels[order[options.position(index, i)].member];
  batch.targets.resize(options.batch * options.classes);
  smooth_targets(batch.labels, options.classes, options.label_smoothing, batch.targets);
  return batch;
}

void plain_view(const LoaderSource& source, std::size_t member, float* out) {
  Image input = crop_and_resize(source.crops.crop(source.records[member]), source.preprocess);
  if (source.standardise) input = standardised(input);
  normalise(input, source.preprocess, out);
}

Batch plain_batch(const LoaderSource& source, int classes, std::size_t begin, std::size_t end) {
  Batch batch{.shape = source.shape()};
  const std::size_t count = end - begin, floats = batch.shape.size();
  batch.images.resize(count * floats);
  batch.labels.assign(source.labels.begin() + static_cast<std::ptrdiff_t>(begin),
                      source.labels.begin() + static_cast<std::ptrdiff_t>(end));
  batch.targets.resize(count * classes);
  smooth_targets(batch.labels, classes, 0, batch.targets);
  at::parallel_for(0, static_cast<std::int64_t>(count), 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) plain_view(source, begin + i, batch.images.data() + i * floats);
  });
  return batch;
}

}  // namespace giemsa
