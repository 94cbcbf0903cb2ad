#pragma once
#include <span>
#include <vector>

#include "giemsa/graph/graph.h"

namespace giemsa {

/// Where the positions of a map lie in the picture, in pixels: position i at `start` + i · `step`. The centre
/// of pixel i lies at i.
struct MapGrid {
  double start_y = 0, start_x = 0, step_y = 1, step_x = 1;
};

/// The centre of what each position of a node's map sees: kernels, strides and paddings on the way to it add
/// up. Padding on one side only (Keras) moves a map of stride 32 by half a step. Where ways meet, the mean of
/// theirs.
MapGrid map_grid(const Graph& graph, NodeId node);

/// For each resolution between the picture and the features the last map of it that everything behind passes
/// through, the finest first; nodes that a residual leads around are none. Without the picture itself.
std::vector<NodeId> stage_ends(const Graph& graph);

/// The maps that Fused and LayerCam look at: the three coarsest stage ends with at least six positions a
/// side, and the finest one where there is none. Coarser maps cannot tell a cell from its neighbours, finer
/// ones are noise (docs/explain.md has the figures).
std::vector<NodeId> layer_cam_taps(const Graph& graph);

/// A map [height, width] drawn at the pixels of a square, [side_px, side_px]: bilinear between its positions,
/// beyond the outer ones as there. input_px: side of the picture that `grid` speaks of.
std::vector<float> to_pixels(std::span<const float> map, const Shape& shape, const MapGrid& grid,
                             std::int64_t input_px, std::int64_t side_px);

}  // namespace giemsa
