#pragma once
#include "giemsa/graph/builder.h"
#include "giemsa/train/torch_network.h"

namespace giemsa {

/// A convolution, a batch norm and a dense layer: a parameter of every kind but layer scale.
inline Graph optimizer_graph() {
  GraphBuilder g({3, 4, 4});
  Value x = g.conv("conv", g.input(), 2, {.kernel = 3});
  x = g.batch_norm("norm", x);
  return g.finish(x, g.linear("fc", g.global_avg_pool("pool", x), 2), "fc");
}

/// The parameters of a graph, each filled by value(number of the parameter, index in C order); all but
/// statistics ask for gradients.
template <class Value>
TorchParams filled_params(const Graph& graph, Value value) {
  StateDict weights;
  for (std::size_t p = 0; p < graph.params.size(); ++p) {
    weights[graph.params[p].name] = HostTensor::make(graph.params[p].shape, [&](std::span<float> out) {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(value(p, i));
    });
  }
  TorchParams params = to_torch(graph, weights);
  for (std::size_t p = 0; p < params.size(); ++p)
    params[p].requires_grad_(!is_statistic(graph.params[p].kind));
  return params;
}

/// Gives each parameter that asks for one a gradient by value(number of the parameter, index in C order).
template <class Value>
void set_gradients(TorchParams& params, Value value) {
  for (std::size_t p = 0; p < params.size(); ++p) {
    if (!params[p].requires_grad()) continue;
    torch::Tensor gradient = torch::empty(params[p].sizes());
    for (std::int64_t i = 0; i < gradient.numel(); ++i)
      gradient.data_ptr<float>()[i] = static_cast<float>(value(p, i));
    params[p].mutable_grad() = gradient;
  }
}

}  // namespace giemsa
