#include "giemsa/synth/canvas.h"

#include <opencv2/imgproc.hpp>

namespace giemsa::synth {

Canvas::Canvas(const Grid& raster) : grid(raster), cell(raster.pixels()), nucleus(raster.pixels()) {
  for (Plane& plane : stain) plane.resize(raster.pixels());
}

Plane clouds(const Grid& grid, float feature_um, int octaves, float persistence, Random& random) {
  Plane sum(grid.pixels());
  cv::Mat total(grid.side_px, grid.side_px, CV_32F, sum.data());
  cv::Mat lattice, layer;
  float strength = 1;
  for (int octave = 0; octave < octaves; ++octave) {
    // One random number per feature, blown up smoothly: the lattice is in µm, the same for every resolution.
    const int nodes = std::max(2, int(std::lround(grid.field_um() / feature_um)));
    lattice.create(nodes, nodes, CV_32F);
    for (int y = 0; y < nodes; ++y)
      for (float *v = lattice.ptr<float>(y), *end = v + nodes; v < end; ++v)
        *v = random.uniform(-strength, strength);
    cv::resize(lattice, layer, total.size(), 0, 0, nodes < grid.side_px ? cv::INTER_CUBIC : cv::INTER_AREA);
    total += layer;
    feature_um *= 0.5f;
    strength *= persistence;
  }
  cv::Scalar mean, deviation;
  cv::meanStdDev(total, mean, deviation);
  total = (total - mean) * (1.0 / std::max(deviation[0], 1e-6));
  return sum;
}

}  // namespace giemsa::synth
