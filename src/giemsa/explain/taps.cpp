#include "giemsa/explain/taps.h"

#include <algorithm>
#include <cmath>

namespace giemsa {

namespace {

/// The grid of a window's results over the grid of what it reads.
template <class Op>
MapGrid behind_window(const MapGrid& in, const Op& op) {
  return {in.start_y + in.step_y * ((op.kernel.height - 1) / 2.0 - op.padding.top),
          in.start_x + in.step_x * ((op.kernel.width - 1) / 2.0 - op.padding.left),
          in.step_y * op.stride.height, in.step_x * op.stride.width};
}

/// The grid of equal parts of what is read.
MapGrid behind_parts(const MapGrid& in, const Shape& from, const Shape& to) {
  const double rows = static_cast<double>(from.height) / static_cast<double>(to.height);
  const double columns = static_cast<double>(from.width) / static_cast<double>(to.width);
  return {in.start_y + in.step_y * (rows - 1) / 2, in.start_x + in.step_x * (columns - 1) / 2,
          in.step_y * rows, in.step_x * columns};
}

MapGrid behind(const Graph& graph, const Node& node, const std::vector<MapGrid>& grids) {
  MapGrid in{0, 0, 0, 0};
  double count = 0;
  for (const NodeId input : node.inputs) {
    const Shape& shape = graph.nodes[input].shape;
    const Shape& first = graph.nodes[node.inputs[0]].shape;
    if (shape.height != first.height || shape.width != first.width) continue;  // gates see everything
    const MapGrid& g = grids[input];
    in = {in.start_y + g.start_y, in.start_x + g.start_x, in.step_y + g.step_y, in.step_x + g.step_x};
    ++count;
  }
  in = {in.start_y / count, in.start_x / count, in.step_y / count, in.step_x / count};
  if (const auto* conv = std::get_if<ConvOp>(&node.op)) return behind_window(in, *conv);
  if (const auto* pool = std::get_if<MaxPoolOp>(&node.op)) return behind_window(in, *pool);
  if (const auto* pool = std::get_if<AvgPoolOp>(&node.op)) return behind_window(in, *pool);
  return behind_parts(in, graph.nodes[node.inputs[0]].shape, node.shape);
}

}  // namespace

MapGrid map_grid(const Graph& graph, NodeId node) {
  std::vector<MapGrid> grids(1);
  for (NodeId id = 1; id <= node; ++id) grids.push_back(behind(graph, graph.nodes[id], grids));
  return grids[node];
}

std::vector<NodeId> stage_ends(const Graph& graph) {
  std::vector<NodeId> last_reader(graph.nodes.size(), -1);
  for (NodeId id = 0; id <= graph.output; ++id) {
    for (const NodeId input : graph.nodes[id].inputs) last_reader[input] = id;
  }
  std::vector<NodeId> ends;
  NodeId needed_until = -1;  // the last reader of any node before `id`
  for (NodeId id = 0; id <= graph.features; ++id) {
    const Shape& shape = graph.nodes[id].shape;
    if (needed_until <= id && id > 0) {
      if (!ends.empty()) {
        const Shape& before = graph.nodes[ends.back()].shape;
        if (before.height == shape.height && before.width == shape.width) ends.pop_back();
      }
      ends.push_back(id);
    }
    needed_until = std::max(needed_until, last_reader[id]);
  }
  return ends;
}

std::vector<NodeId> layer_cam_taps(const Graph& graph) {
  constexpr std::int64_t kLeastPositions = 6;
  constexpr std::size_t kMostTaps = 3;
  std::vector<NodeId> ends = stage_ends(graph);
  const auto coarse = std::ranges::find_if(ends, [&](NodeId id) {
    return std::min(graph.nodes[id].shape.height, graph.nodes[id].shape.width) < kLeastPositions;
  });
  ends.erase(std::max(coarse, ends.begin() + 1), ends.end());
  if (ends.size() > kMostTaps) ends.erase(ends.begin(), ends.end() - kMostTaps);
  return ends;
}

std::vector<float> to_pixels(std::span<const float> map, const Shape& shape, const MapGrid& grid,
                             std::int64_t input_px, std::int64_t side_px) {
  struct Between {
    std::int64_t low, high;
    float part;  // of `high`
  };
  const auto between = [&](double start, double step, std::int64_t size) {
    const double scale = static_cast<double>(input_px) / static_cast<double>(side_px);
    std::vector<Between> places;
    for (std::int64_t i = 0; i < side_px; ++i) {
      const double pixel = (static_cast<double>(i) + 0.5) * scale - 0.5;
      const double at = std::clamp((pixel - start) / step, 0.0, static_cast<double>(size - 1));
      const auto low = static_cast<std::int64_t>(at);
      places.push_back({low, std::min(low + 1, size - 1), static_cast<float>(at - static_cast<double>(low))});
    }
    return places;
  };
  const std::vector<Between> rows = between(grid.start_y, grid.step_y, shape.height);
  const std::vector<Between> columns = between(grid.start_x, grid.step_x, shape.width);
  std::vector<float> pixels;
  pixels.reserve(static_cast<std::size_t>(side_px * side_px));
  for (const Between& y : rows) {
    for (const Between& x : columns) {
      const auto at = [&](std::int64_t row) {
        const float* line = map.data() + row * shape.width;
        return line[x.low] + (line[x.high] - line[x.low]) * x.part;
      };
      const float above = at(y.low), below = at(y.high);
      pixels.push_back(above + (below - above) * y.part);
    }
  }
  return pixels;
}

}  // namespace giemsa
