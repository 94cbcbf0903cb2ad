#include "giemsa/train/feature_loader.h"

#include <algorithm>
#include <atomic>
#include <functional>

#include "giemsa/core/parallel.h"
#include "giemsa/infer/group_size.h"

namespace giemsa {

namespace {

/// Calls image(i, pixels), then keep(i, value), for every i on all processors; a few pictures go through the
/// trunk at once.
void run_trunk(const FrozenTrunk& trunk, const Shape& picture, std::size_t count,
               const std::function<void(std::size_t, float*)>& image,
               const std::function<void(std::size_t, std::span<const float>)>& keep,
               const ProgressCallback& progress) {
  const std::size_t group = group_size(count, 0);
  const auto size = static_cast<std::size_t>(picture.size()),
             value_size = static_cast<std::size_t>(trunk.shape().size());
  std::atomic<std::uint64_t> done = 0;
  parallel_for((count + group - 1) / group, 0, [&](std::size_t g) {
    const std::size_t first = g * group, some = std::min(group, count - first);
    std::vector<float> pixels(some * size);
    for (std::size_t i = 0; i < some; ++i) image(first + i, &pixels[i * size]);
    const std::vector<float> values = trunk.values(pixels, some);
    for (std::size_t i = 0; i < some; ++i)
      keep(first + i, std::span(values).subspan(i * value_size, value_size));
    const std::uint64_t now = done += some;
    if (progress) progress(now, count);
  });
}

}  // namespace

FrozenTrunk::FrozenTrunk(const Graph& graph, const TorchParams& params, NodeId until)
    : network_(graph, to_state_dict(graph, params), until) {}

std::vector<float> FrozenTrunk::values(std::span<const float> images, std::size_t count) const {
  std::vector<float> values(count * static_cast<std::size_t>(shape().size()));
  network_.run(images, count, 1, values);
  return values;
}

FeatureLoader::FeatureLoader(const LoaderSource& source, LoaderOptions options, const FrozenTrunk& trunk,
                             ProgressCallback progress)
    : source_(source),
      options_(std::move(options)),
      trunk_(trunk),
      progress_(std::move(progress)),
      order_(draw_epoch(options_.sampling, source.labels, options_.seed, 1)) {}

void FeatureLoader::start_epoch(std::int64_t epoch) {
  epoch_ = epoch;
  index_ = 0;
  order_ = draw_epoch(options_.sampling, source_.labels, options_.seed, epoch);
  std::vector<std::pair<EpochDraw, std::vector<float>*>> fresh;
  for (std::int64_t batch = 0; batch < batches_per_epoch(); ++batch) {
    for (std::int64_t i = 0; i < options_.batch; ++i) {
      const EpochDraw& draw = order_[options_.position(batch, i)];
      const auto [at, is_new] = values_.try_emplace(view_of(draw));
      if (is_new) fresh.emplace_back(draw, &at->second);
    }
  }
  run_trunk(
      trunk_, source_.shape(), fresh.size(),
      [&](std::size_t i, float* out) { draw_view(source_, options_, fresh[i].first, epoch, out); },
      [&](std::size_t i, std::span<const float> value) {
        fresh[i].second->assign(value.begin(), value.end());
      },
      progress_);
}

Batch FeatureLoader::next() {
  Batch batch = labelled_batch(source_, options_, trunk_.shape(), order_, index_);
  for (std::int64_t i = 0; i < options_.batch; ++i) {
    const std::vector<float>& value = values_.at(view_of(order_[options_.position(index_, i)]));
    batch.images.insert(batch.images.end(), value.begin(), value.end());
  }
  ++index_;
  return batch;
}

std::vector<float> trunk_values(const LoaderSource& part, const FrozenTrunk& trunk,
                                const ProgressCallback& progress) {
  const std::size_t size = trunk.shape().size();
  std::vector<float> values(part.records.size() * size);
  run_trunk(
      trunk, part.shape(), part.records.size(), [&](std::size_t i, float* out) { plain_view(part, i, out); },
      [&](std::size_t i, std::span<const float> value) {
        std::ranges::copy(value, values.begin() + static_cast<std::ptrdiff_t>(i * size));
      },
      progress);
  return values;
}

}  // namespace giemsa
