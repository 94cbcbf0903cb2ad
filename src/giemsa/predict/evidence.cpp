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

/// The square from `views` sides, normalised, one behind the other. out: [views, H, W, 3].
void show(const Image& square, std::size_t views, const Preprocess& preprocess, float* out) {
  for (std::size_t view = 0; view < views; ++view, out += square.bytes().size()) {
    const Image turn = view > 0 ? turned(square, parts_of(static_cast<Symmetry>(view))) : Image();
    normalise(view > 0 ? turn : square, preprocess, out);
  }
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
  return std::move(this->look(std::span(&picture, 1), viewing, look).front());
}

std::size_t Networks::at_once(const Viewing& viewing) {
  return std::max<std::size_t>(NativeExecutor::kMostAtOnce / static_cast<std::size_t>(viewing.views), 1);
}

std::vector<Evidence> Networks::look(std::span<const ImageView> pictures, const Viewing& viewing,
                                     const Look& look) const {
  std::vector<Evidence> evidence;
  for (std::size_t i = 0, some = at_once(viewing); i < pictures.size(); i += some) {
    for (Evidence& one :
         look_together(pictures.subspan(i, std::min(some, pictures.size() - i)), viewing, look))
      evidence.push_back(std::move(one));
  }
  return evidence;
}

std::vector<Evidence> Networks::look_together(std::span<const ImageView> pictures, const Viewing& viewing,
                                              const Look& look) const {
  const auto views = static_cast<std::size_t>(viewing.views);
  require(views == 1 || views == kSymmetryCount, ErrorKind::Internal,
          "[predict] the views of a picture are 1 or 8");
  const bool averaged = networks_.size() > 1 || views > 1;
  std::vector<Evidence> evidence(pictures.size());
  std::vector<double> probabilities(pictures.size() * classes_), shares(classes_);
  std::vector<ImageView> fields;
  for (const ImageView picture : pictures) fields.push_back(looked_at(picture, viewing));
  std::vector<float> pixels, out;
  for (const Network& network : networks_) {
    const auto input = static_cast<std::size_t>(network.executor.input_shape().size());
    const std::size_t value = classes_ + static_cast<std::size_t>(network.executor.output_shape(1).size());
    pixels.resize(pictures.size() * views * input);
    out.resize(pictures.size() * views * value);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const Image square = square_of(fields[i], network.preprocess, viewing, look);
      show(square, views, network.preprocess, &pixels[i * views * input]);
    }
    network.executor.run(pixels, pictures.size() * views, 1, out);
    check_finite(out);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      std::vector<double> features(network.features);
      for (std::size_t view = 0; view < views; ++view) {
        const auto said = std::span(out).subspan((i * views + view) * value, value);
        const auto logits = said.first(classes_);
        add_to(mean_over_positions(said.subspan(classes_), network.features), features);
        if (!averaged) {
          evidence[i].logits.assign(logits.begin(), logits.end());
          continue;
        }
        calibrated_softmax(nullptr, logits, shares);
        add_to(shares, std::span(probabilities).subspan(i * classes_, classes_));
      }
      append_mean(features, static_cast<double>(views), networks_.size() > 1, evidence[i].features);
    }
  }
  if (averaged) {
    const auto count = static_cast<double>(networks_.size() * views);
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
      evidence[i / classes_].logits.push_back(static_cast<float>(
          std::log(std::max(probabilities[i] / count, double{std::numeric_limits<float>::min()}))));
    }
  }
  return evidence;
}

}  // namespace giemsa
