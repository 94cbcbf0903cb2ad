#include "giemsa/augment/augment.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "giemsa/augment/colour.h"
#include "giemsa/augment/draws.h"
#include "giemsa/augment/erasing.h"
#include "giemsa/augment/geometry.h"
#include "giemsa/augment/level_ops.h"
#include "giemsa/augment/neighbourhood.h"
#include "giemsa/augment/schemes.h"
#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using enum OperationId;

Geometry geometry_of(const Draws& draws) {
  return {.flip_horizontal = draws.drawn(FlipHorizontal),
          .flip_vertical = draws.drawn(FlipVertical),
          .quarter_turns = static_cast<int>(draws.number(QuarterTurn, 0)),
          .angle_deg = draws.number(Rotate, 0),
          .shear_x = draws.number(ShearX, 0),
          .shear_y = draws.number(ShearY, 0),
          .zoom = draws.number(Zoom, 1),
          .shift_x = draws.number(TranslateX, 0),
          .shift_y = draws.number(TranslateY, 0)};
}

ColourChange colour_of(const Draws& draws) {
  ColourChange change{.standardise = draws.number(Standardise, 0),
                      .gamma = draws.number(Gamma, 1),
                      .brightness = draws.number(Brightness, 1),
                      .contrast = draws.number(Contrast, 1),
                      .saturation = draws.number(Saturation, 1),
                      .hue_deg = draws.number(Hue, 0),
                      .noise_sd = draws.number(GaussianNoise, 0),
                      .shot_noise_sd = draws.number(ShotNoise, 0)};
  if (draws.drawn(Stain)) {
    Random random = draws.stream(Stain);
    change.stain = draw_stain(draws.number(Stain, 0), random);
  }
  if (draws.drawn(Density)) {
    Random random = draws.stream(Density);
    change.density.factor = draw_powers(draws.number(Density, 1), random);
  }
  if (draws.drawn(DensityCurve)) {
    Random random = draws.stream(DensityCurve);
    change.density.exponent = draw_powers(draws.number(DensityCurve, 1), random);
  }
  if (draws.drawn(GaussianNoise) || draws.drawn(ShotNoise))
    change.noise_key = static_cast<std::uint32_t>(draws.stream(GaussianNoise).bits());
  return change;
}

/// `prediction_road`: what moves whole pixels starts from the very input of prediction. Otherwise that is
/// resampled as all other geometry, which takes a third of the time.
Image resized(ImageView square, const Draws& draws, const Preprocess& preprocess, bool prediction_road) {
  const Geometry geometry = geometry_of(draws);
  if (prediction_road && geometry.only_flips_and_turns())
    return flip_and_turn(crop_and_resize(square, preprocess), geometry);
  return warp(centre_square(square, preprocess), geometry.to_input(), static_cast<int>(preprocess.input_px));
}

/// What RandAugment or TrivialAugment draw; nothing for the other schemes.
std::vector<SchemeStep> draw_steps(const AugmentOptions& options, int side_px, Random& random) {
  std::vector<SchemeStep> steps;
  if (options.scheme == "randaugment") steps = draw_randaugment(options.randaugment, side_px, random);
  if (options.scheme == "trivialaugment") steps = {draw_trivialaugment(random)};
  std::erase_if(steps, [](const SchemeStep& step) { return step.operation == SchemeOperation::Identity; });
  return steps;
}

void change_levels(const Draws& draws, Image& image) {
  if (draws.drawn(Autocontrast)) level_ops::autocontrast(image);
  if (draws.drawn(Equalize)) level_ops::equalize(image);
  if (draws.drawn(Posterize)) level_ops::posterize(image, static_cast<int>(draws.number(Posterize, 8)));
  if (draws.drawn(Solarize)) level_ops::solarize(image, draws.number(Solarize, 256));
  if (draws.drawn(Sharpness)) level_ops::sharpness(image, draws.number(Sharpness, 1));
  if (draws.drawn(Blur)) blur(image, draws.number(Blur, 0));
  if (draws.drawn(Jpeg)) store_as_jpeg(image, static_cast<int>(draws.number(Jpeg, 100)));
}

/// Everything between the resized picture and the normalised one.  out: [S, S, 3] f32.
void finish(Image image, const Draws& draws, const ColourChange& colour, const Preprocess& preprocess,
            float* out) {
  change_levels(draws, image);
  if (colour.is_identity()) {
    normalise(image, preprocess, out);
  } else {
    recolour_and_normalise(image, colour, preprocess, out);
  }
}

void erase_boxes(const Draws& draws, const AugmentOptions& options, const Preprocess& preprocess,
                 float* out) {
  const int side = static_cast<int>(preprocess.input_px);
  for (const OperationId id : {Erase, Cutout}) {
    if (!draws.drawn(id)) continue;
    Random random = draws.stream(id);
    const ErasedBox box = id == Erase ? draw_erased(options[id].from, options[id].to, side, random)
                                      : draw_cutout(draws.number(id, 0), side, random);
    erase(box, options.fill, preprocess, static_cast<std::uint32_t>(random.bits()), out);
  }
}

void add_scaled(const std::vector<float>& values, double weight, float* sum) {
  const auto factor = static_cast<float>(weight);
  for (std::size_t i = 0; i < values.size(); ++i) sum[i] += factor * values[i];
}

/// out = (1 - share) · x + share · Σ weight · chain(x), all normalised.
void mix_chains(const Image& image, const AugMixDraw& mix, const Draws& draws, const ColourChange& colour,
                const Preprocess& preprocess, float* out) {
  thread_local std::vector<float> part;  // larger than what malloc keeps
  part.resize(image.bytes().size());
  std::fill_n(out, part.size(), 0.f);
  finish(image, draws, colour, preprocess, part.data());
  add_scaled(part, 1 - mix.share, out);
  for (std::size_t i = 0; i < mix.chains.size(); ++i) {
    Image changed = image;
    for (const SchemeStep& step : mix.chains[i]) apply(step, changed);
    finish(std::move(changed), draws, colour, preprocess, part.data());
    add_scaled(part, mix.share * mix.weights[i], out);
  }
}

}  // namespace

void augment(ImageView square, const AugmentOptions& options, const Preprocess& preprocess, Random& random,
             float* out) {
  check(options);
  const std::uint64_t key = random.bits();
  if (Random({key, fnv1a("light")}).chance(options.light_share)) {
    AugmentOptions light;
    light[Standardise] = options[Standardise];  // how prediction sees pictures, too
    Random same({key});
    return augment(square, light, preprocess, same, out);
  }
  const Draws draws(options, key);
  const int side = static_cast<int>(preprocess.input_px);
  Random scheme = draws.scheme_stream(0);
  const std::vector<SchemeStep> steps = draw_steps(options, side, scheme);
  Image image = resized(square, draws, preprocess, steps.empty());
  const ColourChange colour = colour_of(draws);
  if (options.scheme == "augmix") {
    mix_chains(image, draw_augmix(options.augmix, side, scheme), draws, colour, preprocess, out);
  } else {
    for (const SchemeStep& step : steps) apply(step, image);
    finish(std::move(image), draws, colour, preprocess, out);
  }
  erase_boxes(draws, options, preprocess, out);
}

void augment_views(ImageView square, const AugmentOptions& options, const Preprocess& preprocess,
                   Random& random, int views, float* out) {
  check(options);
  require(options.scheme == "augmix" && views >= 1, ErrorKind::Usage,
          fmt::format("[augment] {} views with scheme '{}'; at least one with 'augmix' is expected", views,
                      options.scheme),
          "--set augment.policy=augmix");
  const Draws draws(options, random.bits());
  const int side = static_cast<int>(preprocess.input_px);
  const Image image = resized(square, draws, preprocess, /*prediction_road=*/true);
  const ColourChange colour = colour_of(draws);
  const std::size_t floats = image.bytes().size();
  for (int view = 0; view < views; ++view, out += floats) {
    if (view == 0) {
      finish(image, draws, colour, preprocess, out);
    } else {
      Random scheme = draws.scheme_stream(static_cast<std::uint64_t>(view));
      mix_chains(image, draw_augmix(options.augmix, side, scheme), draws, colour, preprocess, out);
    }
    erase_boxes(draws, options, preprocess, out);
  }
}

}  // namespace giemsa
