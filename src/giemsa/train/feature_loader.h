#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/train/torch_network.h"
#include "giemsa/train/view.h"

namespace giemsa {

/// The frozen first part of a network, run by the native executor.
class FrozenTrunk {
 public:
  /// until: what frozen_prefix() names. The weights are copies.
  FrozenTrunk(const Graph& graph, const TorchParams& params, NodeId until);

  const Shape& shape() const { return network_.output_shape(); }
  /// images: [count, H, W, 3] f32, normalised → [count, H', W', C'], on the calling thread.
  std::vector<float> values(std::span<const float> images, std::size_t count) const;

 private:
  NativeExecutor network_;
};

/// The batches of a stage whose trunk is frozen, with the trunk's values in place of pictures. Each view of
/// each picture goes through the trunk once, when an epoch first draws it; from then on it is remembered, so
/// that an epoch costs what the head costs. Draws what BatchLoader draws, unmixed: mixed pictures are no view
/// of a picture that would come again.
class FeatureLoader final : public BatchSource {
 public:
  /// progress: while an epoch's new views are computed, on all processors.
  FeatureLoader(const LoaderSource& source, LoaderOptions options, const FrozenTrunk& trunk,
                ProgressCallback progress);

  std::int64_t batches_per_epoch() const override { return options_.batches(order_.size()); }
  void start_epoch(std::int64_t epoch) override;
  Batch next() override;

 private:
  using View = std::tuple<std::int64_t, std::size_t, std::size_t>;  ///< epoch of the view, member, repeat
  View view_of(const EpochDraw& draw) const {
    return {options_.view_epoch(epoch_), draw.member, draw.repeat};
  }

  const LoaderSource& source_;
  LoaderOptions options_;
  const FrozenTrunk& trunk_;
  ProgressCallback progress_;
  std::int64_t epoch_ = 0, index_ = 0;
  std::vector<EpochDraw> order_;
  std::map<View, std::vector<float>> values_;
};

/// The trunk's values of a whole part as prediction sees it, on all processors.  [N, H', W', C']
std::vector<float> trunk_values(const LoaderSource& part, const FrozenTrunk& trunk,
                                const ProgressCallback& progress);

}  // namespace giemsa
