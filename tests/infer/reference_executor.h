#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "giemsa/graph/graph.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa::testing {

/// A map in double precision, [C, H, W].
struct Map {
  Shape shape;
  std::vector<double> values;

  explicit Map(const Shape& s) : shape(s), values(static_cast<std::size_t>(s.size())) {}
  double& at(std::int64_t c, std::int64_t y, std::int64_t x) {
    return values[static_cast<std::size_t>((c * shape.height + y) * shape.width + x)];
  }
  double at(std::int64_t c, std::int64_t y, std::int64_t x) const {
    return const_cast<Map*>(this)->at(c, y, x);
  }
};

/// Every operation straight from its formula in graph/ops.h: one loop per letter, double precision, nothing
/// shared with the executor that it checks.
class ReferenceExecutor {
 public:
  ReferenceExecutor(const Graph& graph, const StateDict& weights) : graph_(graph), weights_(weights) {}

  /// image: [H, W, C] → the value of node `until` as [H, W, C].
  std::vector<double> run(std::span<const float> image, NodeId until) const {
    std::vector<Map> maps;
    for (NodeId id = 0; id <= until; ++id) {
      const Node& node = graph_.nodes[id];
      Map out(node.shape);
      if (id == 0) {
        for_each(out, [&](auto c, auto y, auto x) {
          return image[static_cast<std::size_t>((y * node.shape.width + x) * node.shape.channels + c)];
        });
      } else {
        std::vector<const Map*> inputs;
        for (const NodeId input : node.inputs) inputs.push_back(&maps[input]);
        std::visit([&](const auto& op) { compute(op, node, inputs, out); }, node.op);
      }
      maps.push_back(std::move(out));
    }
    const Map& last = maps.back();
    std::vector<double> result;
    for (std::int64_t y = 0; y < last.shape.height; ++y) {
      for (std::int64_t x = 0; x < last.shape.width; ++x) {
        for (std::int64_t c = 0; c < last.shape.channels; ++c) result.push_back(last.at(c, y, x));
      }
    }
    return result;
  }

 private:
  using Inputs = std::vector<const Map*>;

  template <class F>
  static void for_each(Map& out, F value) {
    for (std::int64_t c = 0; c < out.shape.channels; ++c) {
      for (std::int64_t y = 0; y < out.shape.height; ++y) {
        for (std::int64_t x = 0; x < out.shape.width; ++x) out.at(c, y, x) = value(c, y, x);
      }
    }
  }

  const float* param(const Node& node, std::size_t index) const {
    return weights_.at(graph_.params[node.params[index]].name).data.get();
  }

  void compute(const InputOp&, const Node&, const Inputs&, Map&) const {}

  void compute(const ConvOp& op, const Node& node, const Inputs& in, Map& out) const {
    const Map& x = *in[0];
    const float* w = param(node, 0);
    const std::int64_t per_group = x.shape.channels / op.groups, out_per_group = op.out_channels / op.groups;
    for_each(out, [&](auto o, auto oy, auto ox) {
      double sum = op.bias ? param(node, 1)[o] : 0.0;
      for (std::int64_t i = 0; i < per_group; ++i) {
        for (int ky = 0; ky < op.kernel.height; ++ky) {
          const std::int64_t y = oy * op.stride.height - op.padding.top + ky;
          if (y < 0 || y >= x.shape.height) continue;
          for (int kx = 0; kx < op.kernel.width; ++kx) {
            const std::int64_t column = ox * op.stride.width - op.padding.left + kx;
            if (column < 0 || column >= x.shape.width) continue;
            sum += x.at(o / out_per_group * per_group + i, y, column) *
                   w[((o * per_group + i) * op.kernel.height + ky) * op.kernel.width + kx];
          }
        }
      }
      return sum;
    });
  }

  void compute(const LinearOp& op, const Node& node, const Inputs& in, Map& out) const {
    const Map& x = *in[0];
    const float* w = param(node, 0);
    for_each(out, [&](auto o, auto y, auto column) {
      double sum = op.bias ? param(node, 1)[o] : 0.0;
      for (std::int64_t c = 0; c < x.shape.channels; ++c)
        sum += x.at(c, y, column) * w[o * x.shape.channels + c];
      return sum;
    });
  }

  void compute(const BatchNormOp& op, const Node& node, const Inputs& in, Map& out) const {
    for_each(out, [&](auto c, auto y, auto x) {
      const std::size_t bias = op.scales ? 1 : 0;  // behind the weight, where there is one
      const double normal = (in[0]->at(c, y, x) - param(node, bias + 1)[c]) /
                            std::sqrt(param(node, bias + 2)[c] + double{op.epsilon});
      return normal * (op.scales ? param(node, 0)[c] : 1.f) + param(node, bias)[c];
    });
  }

  void compute(const LayerNormOp& op, const Node& node, const Inputs& in, Map& out) const {
    const Map& x = *in[0];
    const auto channels = static_cast<double>(x.shape.channels);
    for (std::int64_t y = 0; y < x.shape.height; ++y) {
      for (std::int64_t column = 0; column < x.shape.width; ++column) {
        double mean = 0, variance = 0;
        for (std::int64_t c = 0; c < x.shape.channels; ++c) mean += x.at(c, y, column) / channels;
        for (std::int64_t c = 0; c < x.shape.channels; ++c) {
          variance += std::pow(x.at(c, y, column) - mean, 2) / channels;
        }
        for (std::int64_t c = 0; c < x.shape.channels; ++c) {
          const double normal = (x.at(c, y, column) - mean) / std::sqrt(variance + op.epsilon);
          out.at(c, y, column) = normal * param(node, 0)[c] + param(node, 1)[c];
        }
      }
    }
  }

  void compute(const LayerScaleOp&, const Node& node, const Inputs& in, Map& out) const {
    for_each(out, [&](auto c, auto y, auto x) { return in[0]->at(c, y, x) * param(node, 0)[c]; });
  }

  void compute(const ActivationOp& op, const Node&, const Inputs& in, Map& out) const {
    for_each(out, [&](auto c, auto y, auto x) {
      const double v = in[0]->at(c, y, x);
      switch (op.kind) {
        case Activation::Relu:
          return std::max(v, 0.0);
        case Activation::Relu6:
          return std::min(std::max(v, 0.0), 6.0);
        case Activation::LeakyRelu:
          return v < 0 ? v * double{op.slope} : v;
        case Activation::Gelu:
          return v * 0.5 * (1 + std::erf(v / std::sqrt(2.0)));
        case Activation::Silu:
          return v / (1 + std::exp(-v));
        case Activation::HardSwish:
          return v * std::clamp(v + 3, 0.0, 6.0) / 6;
        case Activation::HardSigmoid:
          return std::clamp(v + 3, 0.0, 6.0) / 6;
        case Activation::Sigmoid:
          return 1 / (1 + std::exp(-v));
      }
      return std::numeric_limits<double>::quiet_NaN();
    });
  }

  void compute(const MaxPoolOp& op, const Node&, const Inputs& in, Map& out) const {
    const Map& map = *in[0];
    for_each(out, [&](auto c, auto oy, auto ox) {
      double best = -std::numeric_limits<double>::infinity();
      for (int ky = 0; ky < op.kernel.height; ++ky) {
        for (int kx = 0; kx < op.kernel.width; ++kx) {
          const std::int64_t y = oy * op.stride.height - op.padding.top + ky;
          const std::int64_t x = ox * op.stride.width - op.padding.left + kx;
          if (y < 0 || y >= map.shape.height || x < 0 || x >= map.shape.width) continue;
          best = std::max(best, map.at(c, y, x));
        }
      }
      return best;
    });
  }

  void compute(const AvgPoolOp& op, const Node&, const Inputs& in, Map& out) const {
    const Map& map = *in[0];
    for_each(out, [&](auto c, auto oy, auto ox) {
      double sum = 0;
      int inside = 0;
      for (int ky = 0; ky < op.kernel.height; ++ky) {
        for (int kx = 0; kx < op.kernel.width; ++kx) {
          const std::int64_t y = oy * op.stride.height - op.padding.top + ky;
          const std::int64_t x = ox * op.stride.width - op.padding.left + kx;
          if (y < 0 || y >= map.shape.height || x < 0 || x >= map.shape.width) continue;
          sum += map.at(c, y, x);
          ++inside;
        }
      }
      return sum / (op.counts_padding ? op.kernel.height * op.kernel.width : inside);
    });
  }

  void compute(const AdaptiveAvgPoolOp& op, const Node&, const Inputs& in, Map& out) const {
    const Map& map = *in[0];
    const auto edge = [](auto i, auto from, auto to) { return static_cast<double>(i * from) / to; };
    for_each(out, [&](auto c, auto oy, auto ox) {
      double sum = 0;
      int count = 0;
      for (std::int64_t y = 0; y < map.shape.height; ++y) {
        if (y < std::floor(edge(oy, map.shape.height, op.height)) ||
            y >= std::ceil(edge(oy + 1, map.shape.height, op.height)))
          continue;
        for (std::int64_t x = 0; x < map.shape.width; ++x) {
          if (x < std::floor(edge(ox, map.shape.width, op.width)) ||
              x >= std::ceil(edge(ox + 1, map.shape.width, op.width)))
            continue;
          sum += map.at(c, y, x);
          ++count;
        }
      }
      return sum / count;
    });
  }

  void compute(const MulOp&, const Node&, const Inputs& in, Map& out) const {
    const bool gates = in[1]->shape != in[0]->shape;
    for_each(out, [&](auto c, auto y, auto x) {
      return in[0]->at(c, y, x) * (gates ? in[1]->at(c, 0, 0) : in[1]->at(c, y, x));
    });
  }

  void compute(const ConcatOp&, const Node&, const Inputs& in, Map& out) const {
    std::int64_t first = 0;
    for (const Map* part : in) {
      for (std::int64_t c = 0; c < part->shape.channels; ++c) {
        for (std::int64_t y = 0; y < part->shape.height; ++y) {
          for (std::int64_t x = 0; x < part->shape.width; ++x) out.at(first + c, y, x) = part->at(c, y, x);
        }
      }
      first += part->shape.channels;
    }
  }

  void compute(const RescaleOp& op, const Node&, const Inputs& in, Map& out) const {
    for_each(out, [&](auto c, auto y, auto x) {
      return in[0]->at(c, y, x) * double{op.scale[c]} + double{op.shift[c]};
    });
  }

  void compute(const NormalizationOp&, const Node& node, const Inputs& in, Map& out) const {
    for_each(out, [&](auto c, auto y, auto x) {
      return (in[0]->at(c, y, x) - param(node, 0)[c]) / std::max(std::sqrt(double{param(node, 1)[c]}), 1e-7);
    });
  }

  void compute(const GlobalAvgPoolOp&, const Node&, const Inputs& in, Map& out) const {
    const Shape& shape = in[0]->shape;
    for_each(out, [&](auto c, auto, auto) {
      double sum = 0;
      for (std::int64_t y = 0; y < shape.height; ++y) {
        for (std::int64_t x = 0; x < shape.width; ++x) sum += in[0]->at(c, y, x);
      }
      return sum / static_cast<double>(shape.height * shape.width);
    });
  }

  void compute(const AddOp&, const Node&, const Inputs& in, Map& out) const {
    for_each(out, [&](auto c, auto y, auto x) { return in[0]->at(c, y, x) + in[1]->at(c, y, x); });
  }

  void compute(const FlattenOp&, const Node&, const Inputs& in, Map& out) const {
    out.values = in[0]->values;
  }
  void compute(const DropoutOp&, const Node&, const Inputs& in, Map& out) const {
    out.values = in[0]->values;
  }
  void compute(const DropPathOp&, const Node&, const Inputs& in, Map& out) const {
    out.values = in[0]->values;
  }

  const Graph& graph_;
  const StateDict& weights_;
};

}  // namespace giemsa::testing
