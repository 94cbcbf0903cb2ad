#include "giemsa/augment/schemes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "giemsa/augment/geometry.h"
#include "giemsa/augment/level_ops.h"
#include "giemsa/core/random_beta.h"

namespace giemsa {
namespace {

using enum SchemeOperation;

std::vector<MagnitudeRow> table(double shear, double translate_px, double rotate_deg, double colour,
                                double posterize_bits) {
  return {{Identity, 0, 0, false},
          {ShearX, 0, shear, true},
          {ShearY, 0, shear, true},
          {TranslateX, 0, translate_px, true},
          {TranslateY, 0, translate_px, true},
          {Rotate, 0, rotate_deg, true},
          {Brightness, 0, colour, true},
          {Saturation, 0, colour, true},
          {Contrast, 0, colour, true},
          {Sharpness, 0, colour, true},
          {Posterize, 8, posterize_bits, false},
          {Solarize, 255, 0, false},
          {Autocontrast, 0, 0, false},
          {Equalize, 0, 0, false}};
}

SchemeStep draw_step(const std::vector<MagnitudeRow>& rows, int bin, Random& random) {
  const MagnitudeRow& row = rows[random.below(rows.size())];
  const double sign = row.either_sign && random.chance(0.5) ? -1 : 1;
  return {row.operation, sign * magnitude(row, bin)};
}

/// Weights that sum to 1: Dirichlet(alpha, …).
std::vector<double> draw_dirichlet(std::int64_t count, double alpha, Random& random) {
  std::vector<double> weights;
  for (std::int64_t i = 0; i < count; ++i) weights.push_back(log_gamma_variate(random, alpha));
  const double most = *std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (double& weight : weights) sum += weight = std::exp(weight - most);
  for (double& weight : weights) weight /= sum;
  return weights;
}

SchemeStep draw_augmix_step(double severity, int side_px, Random& random) {
  const auto operations = augmix_operations();
  const SchemeOperation operation = operations[random.below(operations.size())];
  const double size = augmix_magnitude(operation, random.uniform(0.1, severity), side_px);
  const bool either_sign = operation == Rotate || operation == ShearX || operation == ShearY ||
                           operation == TranslateX || operation == TranslateY;
  return {operation, either_sign && random.chance(0.5) ? -size : size};
}

void warp_in_place(Image& image, const Affine& to_input) { image = warp(image, to_input, image.width()); }

}  // namespace

std::vector<MagnitudeRow> randaugment_table(int side_px) {
  return table(0.3, 150.0 / 331.0 * side_px, 30, 0.9, 4);
}

std::vector<MagnitudeRow> trivialaugment_table() { return table(0.99, 32, 135, 0.99, 2); }

double magnitude(const MagnitudeRow& row, int bin) {
  const double value = row.first + (row.last - row.first) * bin / (kMagnitudeBins - 1);
  switch (row.operation) {
    case Posterize:
      return row.first - std::nearbyint(row.first - value);  // half to even, as torch
    case TranslateX:
    case TranslateY:
      return std::trunc(value);
    default:
      return value;
  }
}

std::vector<SchemeStep> draw_randaugment(const RandAugmentOptions& options, int side_px, Random& random) {
  const auto rows = randaugment_table(side_px);
  std::vector<SchemeStep> steps;
  for (std::int64_t i = 0; i < options.count; ++i)
    steps.push_back(draw_step(rows, static_cast<int>(options.magnitude), random));
  return steps;
}

SchemeStep draw_trivialaugment(Random& random) {
  static const auto rows = trivialaugment_table();
  const int bin = static_cast<int>(random.below(kMagnitudeBins));
  return draw_step(rows, bin, random);
}

std::span<const SchemeOperation> augmix_operations() {
  static constexpr std::array<SchemeOperation, 9> kOperations{
      Autocontrast, Equalize, Posterize, Rotate, Solarize, ShearX, ShearY, TranslateX, TranslateY};
  return kOperations;
}

double augmix_magnitude(SchemeOperation operation, double level, int side_px) {
  const double share = level / 10;
  switch (operation) {
    case Posterize:
      return 4 - std::trunc(share * 4);
    case Rotate:
      return std::trunc(share * 30);
    case Solarize:
      return 256 - std::trunc(share * 256);
    case ShearX:
    case ShearY:
      return share * 0.3;
    case TranslateX:
    case TranslateY:
      return std::trunc(share * side_px / 3);
    default:
      return 0;
  }
}

AugMixDraw draw_augmix(const AugMixOptions& options, int side_px, Random& random) {
  AugMixDraw draw;
  draw.weights = draw_dirichlet(options.width, options.alpha, random);
  draw.share = beta_variate(random, options.alpha, options.alpha);
  for (std::int64_t i = 0; i < options.width; ++i) {
    const std::int64_t depth =
        options.depth > 0 ? options.depth : 1 + static_cast<std::int64_t>(random.below(3));
    auto& chain = draw.chains.emplace_back();
    for (std::int64_t k = 0; k < depth; ++k)
      chain.push_back(draw_augmix_step(options.severity, side_px, random));
  }
  return draw;
}

void apply(const SchemeStep& step, Image& image) {
  const double m = step.magnitude;
  switch (step.operation) {
    case Identity:
      return;
    // About the upper left corner, as in the papers' code: position -0.5.
    case ShearX:
      return warp_in_place(image, {1, m, 0.5 * m, 0, 1, 0});
    case ShearY:
      return warp_in_place(image, {1, 0, 0, m, 1, 0.5 * m});
    case TranslateX:
      return warp_in_place(image, {1, 0, -m / image.width(), 0, 1, 0});
    case TranslateY:
      return warp_in_place(image, {1, 0, 0, 0, 1, -m / image.width()});
    case Rotate:
      return warp_in_place(image, Geometry{.angle_deg = m}.to_input());
    case Brightness:
      return level_ops::brightness(image, 1 + m);
    case Saturation:
      return level_ops::saturation(image, 1 + m);
    case Contrast:
      return level_ops::contrast(image, 1 + m);
    case Sharpness:
      return level_ops::sharpness(image, 1 + m);
    case Posterize:
      return level_ops::posterize(image, static_cast<int>(m));
    case Solarize:
      return level_ops::solarize(image, m);
    case Autocontrast:
      return level_ops::autocontrast(image);
    case Equalize:
      return level_ops::equalize(image);
  }
}

}  // namespace giemsa
