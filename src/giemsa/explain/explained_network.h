#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "giemsa/explain/explain.h"
#include "giemsa/explain/taps.h"
#include "giemsa/infer/gradient_executor.h"
#include "giemsa/infer/native_executor.h"

namespace giemsa {

/// Saliency of one network of a model, before the maps of an ensemble are joined.
struct NetworkSaliency {
  std::vector<float> map;  ///< [side_px, side_px], largest value 1 or all 0
  float mass = 0;          ///< Explanation::mass
};

/// One network of a model with what is needed to explain it, each part made ready at its first use. Safe to
/// use from several threads at once.
class ExplainedNetwork {
 public:
  /// model: no ensemble.
  explicit ExplainedNetwork(const Model& model);

  const Preprocess& preprocess() const { return preprocess_; }
  /// picture: the square of it that is looked at. options: method, views and threads. side_px: of the map
  /// that is wanted.
  NetworkSaliency saliency(ImageView picture, bool standardise, int class_index,
                           const ExplainOptions& options, std::int64_t side_px);

 private:
  NetworkSaliency by_gradients(const Image& square, int class_index, const ExplainOptions& options,
                               std::int64_t side_px);
  const GradientExecutor& gradients();
  const NativeExecutor& logits();

  Graph graph_;
  StateDict weights_;
  Preprocess preprocess_;
  std::vector<NodeId> taps_;  ///< layer_cam_taps(), and behind them the last map
  std::vector<MapGrid> grids_;
  std::once_flag gradients_made_, logits_made_;
  std::optional<GradientExecutor> gradients_;
  std::optional<NativeExecutor> logits_;
};

}  // namespace giemsa
