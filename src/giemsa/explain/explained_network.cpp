#include "giemsa/explain/explained_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "giemsa/augment/stain.h"
#include "giemsa/core/error.h"
#include "giemsa/explain/cam.h"
#include "giemsa/explain/occlusion.h"
#include "giemsa/explain/saliency.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {

namespace {

double sum_of(std::span<const float> map) {
  double sum = 0;
  for (const float value : map) sum += value;
  return sum;
}

/// The colour of the picture's clear ground as the network's input has it.
std::vector<float> ground_colour(ImageView square, const Preprocess& preprocess) {
  const std::array<double, 3> ground = clear_ground(square);
  Image pixel(1, 1);
  for (int c = 0; c < 3; ++c) pixel.pixels()[c] = static_cast<std::uint8_t>(std::lround(ground[c]));
  std::vector<float> colour(3);
  normalise(pixel, preprocess, colour.data());
  return colour;
}

using Cam = std::vector<float> (*)(std::span<const float> activation, std::span<const float> gradient,
                                   const Shape& shape);
/// A map of a method: of which tap, and by which formula.
struct Reading {
  std::size_t tap;
  Cam cam;
};
/// last: number of the last map among the taps.
std::vector<Reading> readings_of(ExplainMethod method, std::size_t last) {
  if (method == ExplainMethod::GradCam) return {{last, grad_cam}};
  std::vector<Reading> readings;
  const bool fused = method == ExplainMethod::Fused;
  for (std::size_t tap = 0; tap < last; ++tap) readings.push_back({tap, fused ? hires_cam : layer_cam});
  return readings;
}

/// Adds the map of a turned picture (image/symmetry.h) to that of the picture as it lies.
void add_turned_back(std::span<const float> map, const SymmetryParts& parts, std::int64_t side,
                     std::span<float> sum) {
  for (std::int64_t y = 0; y < side; ++y) {
    for (std::int64_t x = 0; x < side; ++x) {
      std::int64_t u = parts.flip_x ? side - 1 - x : x, v = parts.flip_y ? side - 1 - y : y;
      if (parts.transpose) std::swap(u, v);
      sum[static_cast<std::size_t>(v * side + u)] += map[static_cast<std::size_t>(y * side + x)];
    }
  }
}

/// Throws Model where a value is not a number, as those of damaged weights are.
void check_finite(std::span<const float> values) {
  require(std::ranges::all_of(values, [](float value) { return std::isfinite(value); }), ErrorKind::Model,
          "[explain] the network's answer is not a number",
          "its weights are damaged; train or fetch the model again");
}

}  // namespace

ExplainedNetwork::ExplainedNetwork(const Model& model)
    : graph_(model.graph()),
      weights_(model.weights),
      preprocess_(model.preprocess),
      taps_(layer_cam_taps(graph_)) {
  taps_.push_back(graph_.features);
  for (const NodeId tap : taps_) grids_.push_back(map_grid(graph_, tap));
}

const GradientExecutor& ExplainedNetwork::gradients() {
  std::call_once(gradients_made_, [&] { gradients_.emplace(graph_, weights_, taps_); });
  return *gradients_;
}

const NativeExecutor& ExplainedNetwork::logits() {
  std::call_once(logits_made_, [&] { logits_.emplace(graph_, weights_); });
  return *logits_;
}

NetworkSaliency ExplainedNetwork::saliency(ImageView picture, bool standardise, int class_index,
                                           const ExplainOptions& options, std::int64_t side_px) {
  Image square = crop_and_resize(picture, preprocess_);
  if (standardise) square = standardised(square);
  if (options.method != ExplainMethod::Occlusion) return by_gradients(square, class_index, options, side_px);
  std::vector<float> image(square.bytes().size());
  normalise(square, preprocess_, image.data());
  const std::vector<float> map =
      occlusion_map(logits(), image, ground_colour(square, preprocess_), class_index, options.threads);
  check_finite(map);
  const float mass = static_cast<float>(sum_of(map) / static_cast<double>(map.size()));
  const Shape& shape = graph_.input_shape();
  NetworkSaliency result{to_pixels(map, shape, {}, shape.height, side_px), mass};
  scale_to_one(result.map);
  return result;
}

NetworkSaliency ExplainedNetwork::by_gradients(const Image& square, int class_index,
                                               const ExplainOptions& options, std::int64_t side_px) {
  const std::size_t last = taps_.size() - 1;
  const std::vector<Reading> readings = readings_of(options.method, last);
  std::vector<std::vector<float>> maps(readings.size(),
                                       std::vector<float>(static_cast<std::size_t>(side_px * side_px)));
  NetworkSaliency saliency;
  std::vector<float> image(square.bytes().size());
  for (int view = 0; view < options.views; ++view) {
    const SymmetryParts parts = parts_of(static_cast<Symmetry>(view));
    normalise(turned(square, parts), preprocess_, image.data());
    const GradientExecutor::Result result = gradients().run(image, class_index);
    const auto read = [&](const Reading& reading) {
      const GradientExecutor::Tap& tap = result.taps[reading.tap];
      return reading.cam(tap.activation, tap.gradient, gradients().tap_shape(reading.tap));
    };
    // How much evidence there is is read from the last map, behind which nothing but the head is left; that
    // of finer maps has still to be weighed.
    saliency.mass += static_cast<float>(sum_of(read({last, grad_cam})) / options.views);
    for (std::size_t i = 0; i < readings.size(); ++i) {
      const std::size_t tap = readings[i].tap;
      add_turned_back(to_pixels(read(readings[i]), gradients().tap_shape(tap), grids_[tap],
                                graph_.input_shape().height, side_px),
                      parts, side_px, maps[i]);
    }
  }
  check_finite({&saliency.mass, 1});
  for (const std::vector<float>& map : maps) check_finite(map);
  saliency.map.assign(maps.front().size(), 1.f);
  for (std::vector<float>& map : maps) {
    if (options.method != ExplainMethod::GradCam) subtract_median(map);
    scale_to_one(map);
    for (std::size_t p = 0; p < map.size(); ++p) saliency.map[p] *= map[p];
  }
  scale_to_one(saliency.map);
  return saliency;
}

}  // namespace giemsa
