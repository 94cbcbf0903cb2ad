#pragma once
#include <memory>
#include <span>
#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// Runs a network forward and then back from one of its logits to the values of some of its nodes, on the
/// processor and without LibTorch. Weights have no gradients here. Batch norms act as in prediction. Used
/// from any number of threads, one picture each at a time; the results do not depend on how many.
///
///     const GradientExecutor network(graph, weights, std::array{graph.features});
///     const auto gradient = network.run(image).taps[0].gradient;  // of the named class
class GradientExecutor {
 public:
  /// taps: nodes with a part in the logits; 0 is the picture itself. Packs the weights into memory of its
  /// own. Throws Model when the weights do not fit, Internal for a tap that the network lacks or that has no
  /// part in its logits.
  GradientExecutor(const Graph& graph, StateDict weights, std::span<const NodeId> taps);
  ~GradientExecutor();
  GradientExecutor(GradientExecutor&&) noexcept;
  GradientExecutor& operator=(GradientExecutor&&) noexcept;

  struct Tap {
    std::vector<float> activation;  ///< the node's value, [H, W, C]
    std::vector<float> gradient;    ///< of the logit with respect to it, [H, W, C]
  };
  struct Result {
    std::vector<float> logits;  ///< [K]
    std::vector<Tap> taps;      ///< in the order asked
  };
  /// image: [H, W, C], normalised; class_index: whose logit, -1: the largest one's. Throws Internal for a
  /// picture of another size or a class that the network lacks.
  Result run(std::span<const float> image, int class_index = -1) const;

  const Shape& input_shape() const;
  int classes() const;
  std::size_t tap_count() const;
  const Shape& tap_shape(std::size_t tap) const;

 private:
  struct Network;
  std::unique_ptr<Network> network_;
};

}  // namespace giemsa
