#include "giemsa/predict/evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

#include "giemsa/augment/geometry.h"
#include "giemsa/augment/stain.h"
#include "giemsa/core/error.h"
#include "giemsa/core/vector_clones.h"
#include "giemsa/image/symmetry.h"
#include "giemsa/predict/colours.h"
#include "giemsa/predict/wide_field.h"

namespace giemsa {
namespace {

GIEMSA_VECTOR_CLONES void add(const float* values, std::size_t count, double* sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += static_cast<double>(values[i]);
}

void add_to(std::span<const double> values, std::span<double> sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += values[i];
}

/// Whether none has the exponent of infinities and NaN.
GIEMSA_VECTOR_CLONES bool are_finite(const float* values, std::size_t count) {
  constexpr std::uint32_t kExponent = 0x7F800000;
  std::uint32_t bad = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    bad |= (bits & kExponent) == kExponent;
  }
  return bad == 0;
}

void check_finite(std::span<const float> values) {
  require(are_finite(values.data(), values.size()), ErrorKind::Model,
          "[predict] the network's answer is not a number",
          "its weights are damaged; train or fetch the model again");
}

/// sums / count, at unit length where asked.
void append_mean(std::span<const double> sums, double count, bool unit_length, std::vector<float>& out) {
  double scale = 1 / count;
  if (unit_length) {
    double square = 0;
    for (const double sum : sums) square += sum * sum;
    scale = square > 0 ? 1 / std::sqrt(square) : 0;
  }
  for (const double sum : sums) out.push_back(static_cast<float>(sum * scale));
}

/// What a network is shown of a picture, before the symmetries and the normalisation.
Image square_of(ImageView field, const Preprocess& preprocess, const Viewing& viewing, const Look& look) {
  if (look.is_plain()) return in_colours(crop_and_resize(field, preprocess), viewing);
  const Affine further = Geometry{.zoom = 1 / look.distance}.to_input();
  const Image square = warp(centre_square(field, preprocess), further, static_cast<int>(preprocess.input_px));
  return look.reference_depth ? deepened(standardised(square)) : standardised(square);
}

}  // namespace

std::vector<double> mean_over_positions(std::span<const float> map, std::size_t channels) {
  std::vector<double> means(channels);
  for (std::size_t at = 0; at < map.size(); at += channels) add(map.data() + at, channels, means.data());
  const double positions = static_cast<double>(map.size() / channels);
  for (double& mean : means) mean /= positions;
  return means;
}

Networks::Networks(Model& model) : classes_(model.classes.size()) {
  if (!model.is_ensemble()) networks_.push_back(pack(model));
  for (Model& member : model.members) networks_.push_back(pack(member));
  for (const Network& network : networks_) features_ += network.features;
}

Networks::Network Networks::pack(Model& model) {
  const Graph graph = model.graph();
  return {model.preprocess,
          NativeExecutor(graph, std::exchange(model.weights, {}), std::array{graph.output, graph.features},
                         &model.quantization),
          static_cast<std::size_t>(graph.nodes[graph.features].shape.channels)};
}

Evidence Networks::look(ImageView picture, const Viewing& viewing, const Look& look) const {
  const int views = viewing.views;
  const ImageView field = looked_at(picture, viewing);
  require(views == 1 || views == kSymmetryCount, ErrorKind::Internal,
          "[predict] the views of a picture are 1 or 8");
  const bool averaged = networks_.size() > 1 || views > 1;
  Evidence evidence;
  std::vector<double> probabilities(classes_), shares(classes_);
  std::vector<float> pixels, out;
  for (const Network& network : networks_) {
    const Image square = square_of(field, network.preprocess, viewing, look);
    pixels.resize(square.bytes().size());
    out.resize(classes_ + static_cast<std::size_t>(network.executor.output_shape(1).size()));
    const std::span logits(out.data(), classes_), map(out.data() + classes_, out.size() - classes_);
    std::vector<double> features(network.features);
    for (int view = 0; view < views; ++view) {
      const Image turn = view > 0 ? turned(square, parts_of(static_cast<Symmetry>(view))) : Image();
      normalise(view > 0 ? turn : square, network.preprocess, pixels.data());
      network.executor.run(pixels, 1, 1, out);
      check_finite(out);
      add_to(mean_over_positions(map, network.features), features);
      if (!averaged) {
        evidence.logits.assign(logits.begin(), logits.end());
        continue;
      }
      calibrated_softmax(nullptr, logits, shares);
      add_to(shares, probabilities);
    }
    append_mean(features, views, networks_.size() > 1, evidence.features);
  }
  if (averaged) {
    const double count = static_cast<double>(networks_.size()) * views;
    for (const double sum : probabilities) {
      evidence.logits.push_back(
          static_cast<float>(std::log(std::max(sum / count, double{std::numeric_limits<float>::min()}))));
    }
  }
  return evidence;
}

}  // namespace giemsa
