#include "giemsa/infer/measure_ranges.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "giemsa/core/parallel.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/infer/plan.h"

namespace giemsa {

Quantization measure_ranges(const Graph& graph, const StateDict& weights, std::span<const NodeId> outputs,
                            std::span<const float> images, int threads) {
  std::vector<NodeId> values;  // that lie between the steps, the picture among them
  std::size_t value_floats = 0;
  for (const Step& step : make_plan(graph, outputs).steps) {
    values.push_back(step.value);
    value_floats += static_cast<std::size_t>(graph.nodes[step.value].shape.size());
  }
  const NativeExecutor network(graph, weights, values);
  const auto image_size = static_cast<std::size_t>(graph.input_shape().size());
  const std::size_t pictures = images.size() / image_size;
  std::vector<float> largest(pictures * values.size());  // [N, values]
  parallel_for(pictures, threads, [&](std::size_t i) {
    std::vector<float> out(value_floats);
    network.run(images.subspan(i * image_size, image_size), 1, 1, out);
    auto at = out.begin();
    for (std::size_t v = 0; v < values.size(); ++v) {
      const auto end = at + graph.nodes[values[v]].shape.size();
      for (; at != end; ++at)
        largest[i * values.size() + v] = std::max(largest[i * values.size() + v], std::abs(*at));
    }
  });
  Quantization result;
  result.pictures = static_cast<std::int64_t>(pictures);
  for (std::size_t v = 0; v < values.size(); ++v) {
    double sum = 0;
    for (std::size_t i = 0; i < pictures; ++i) sum += largest[i * values.size() + v];
    result.ranges[graph.nodes[values[v]].name] = static_cast<float>(sum / static_cast<double>(pictures));
  }
  return result;
}

}  // namespace giemsa
