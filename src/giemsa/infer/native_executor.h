#pragma once
#include <cstddef>
#include <memory>
#include <span>

#include "giemsa/graph/graph.h"
#include "giemsa/graph/quantization.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// Runs a network for prediction on the processor (oneDNN), compiled once and used from any number of
/// threads. The results are the same bits for any batch size and thread count.
///
///     const NativeExecutor network(graph, weights);
///     std::vector<float> logits(count * network.output_shape().size());
///     network.run(images, count, 0, logits);
class NativeExecutor {
 public:
  /// Packs the weights into memory of its own; each tensor goes as soon as it is packed, so that a moved-in
  /// set is never in memory twice. until: the node whose value is computed, e.g. graph.features; -1:
  /// graph.output. Throws Model when the weights do not fit.
  NativeExecutor(const Graph& graph, StateDict weights, NodeId until = -1);
  /// The same for the values of several nodes in one pass, e.g. {graph.output, graph.features}.
  /// quantization: which layers multiply 8-bit integers; nothing: none.
  NativeExecutor(const Graph& graph, StateDict weights, std::span<const NodeId> outputs,
                 const Quantization* quantization = nullptr);
  ~NativeExecutor();
  NativeExecutor(NativeExecutor&&) noexcept;
  NativeExecutor& operator=(NativeExecutor&&) noexcept;

  /// Pictures that one thread runs at once where a call has as many for each: more would gain nothing.
  static constexpr std::size_t kMostAtOnce = 8;

  /// images: [count, H, W, C], normalised; out: [count, value], maps as [H, W, C]; of several nodes the
  /// values lie one behind the other, in the order asked. threads: 0 means one per processor.
  void run(std::span<const float> images, std::size_t count, int threads, std::span<float> out) const;

  const Shape& input_shape() const;
  /// Of the value, or of the `index`-th where several are computed.
  const Shape& output_shape(std::size_t index = 0) const;

 private:
  struct Network;
  std::unique_ptr<Network> network_;
};

}  // namespace giemsa
