#include "giemsa/augment/policies.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

using enum OperationId;

AugmentOptions light() { return {}; }

AugmentOptions none() {
  AugmentOptions o;
  o.policy = "none";
  for (OperationSetting& setting : o.settings) setting.probability = 0;
  return o;
}

/// Nothing but what the lines below the call say.
AugmentOptions named(const char* name) {
  AugmentOptions o = none();
  o.policy = name;
  return o;
}

AugmentOptions full() {
  AugmentOptions o = named("full");
  o[FlipHorizontal].probability = o[FlipVertical].probability = 0.5;
  o[Rotate] = {1, -180, 180};
  o[ShearX] = o[ShearY] = {0.3, -0.1, 0.1};
  o[Zoom] = {1, 1 / 1.2, 1.2};
  o[TranslateX] = o[TranslateY] = {1, -0.06, 0.06};
  o[Sharpness] = {0.1, 0.5, 2};
  o[Blur] = {0.1, 0.3, 1};
  o[Jpeg] = {0.1, 40, 95};
  o[Stain] = {0.5, 0.01, 0.06};
  o[Gamma] = {0.3, 0.85, 1.18};
  o[Brightness] = o[Contrast] = o[Saturation] = {0.8, 0.8, 1.2};
  o[Hue] = {0.8, -8, 8};
  o[GaussianNoise] = {0.2, 0.005, 0.02};
  o[ShotNoise] = {0.2, 0.01, 0.03};
  o[Erase] = {0.2, 0.02, 0.1};
  return o;
}

/// What other laboratories do to the same cells: their stains, cameras, magnification, focus and files, in
/// ranges that reach beyond those of any one of them (domain randomisation, Tobin et al. 2017, arXiv
/// 1703.06907). A share of the views stays light: with fewer of them, accuracy on the home laboratory's own
/// pictures suffers.
AugmentOptions laboratories() {
  AugmentOptions o = named("laboratories");
  o.light_share = 0.35;
  o.fill = "black";
  o[FlipHorizontal].probability = o[FlipVertical].probability = 0.5;
  o[Rotate] = {1, -180, 180};
  o[Zoom] = {1, 0.65, 2.2};
  o[TranslateX] = o[TranslateY] = {1, -0.08, 0.08};
  o[Blur] = {0.6, 0.3, 3.5};
  o[Jpeg] = {0.2, 25, 90};
  o[Gamma] = {0.3, 0.8, 1.25};
  o[Density] = {0.75, 0.25, 1.2};
  o[DensityCurve] = {0.75, 0.3, 1.2};
  o[Stain] = {0.5, 0.02, 0.1};
  o[Brightness] = {0.5, 0.7, 1.25};
  o[Saturation] = {0.75, 0.1, 1.7};
  o[Hue] = {0.5, -20, 20};
  o[GaussianNoise] = {0.25, 0.005, 0.08};
  o[Erase] = {0.3, 0.02, 0.12};
  return o;
}

/// The report names no operation but the mixing of pictures (MixUp and CutMix, which are options of the
/// batch, and AugMix) and leaves the others and all numbers to notebooks that are not part of it: AugMix's
/// are those of its paper; flips and rotation are ours, since cells have no upright side.
AugmentOptions axon() {
  AugmentOptions o = named("axon");
  o.scheme = "augmix";
  o[FlipHorizontal].probability = o[FlipVertical].probability = 0.5;
  o[Rotate] = {1, -180, 180};
  return o;
}

/// The report names translation, rotation, zoom and brightness, then erasing by small black rectangles,
/// changes of contrast and colour, and noise; it says that contrast was increased. All probabilities and
/// ranges are ours.
AugmentOptions dl_bois() {
  AugmentOptions o = named("dl_bois");
  o.fill = "black";
  o[Rotate] = {1, -180, 180};
  o[Zoom] = {1, 1 / 1.2, 1.2};
  o[TranslateX] = o[TranslateY] = {1, -0.1, 0.1};
  o[Brightness] = {1, 0.8, 1.2};
  o[Contrast] = {0.5, 0.9, 1.4};
  o[Saturation] = {0.5, 0.8, 1.2};
  o[Hue] = {0.5, -10, 10};
  o[GaussianNoise] = {0.5, 0.005, 0.03};
  o[Erase] = {0.5, 0.01, 0.05};
  return o;
}

/// A scheme of a paper on pictures that are flipped, as cells may be both ways.
AugmentOptions scheme(const char* name) {
  AugmentOptions o = named(name);
  o.scheme = name;
  o[FlipHorizontal].probability = o[FlipVertical].probability = 0.5;
  return o;
}

AugmentOptions randaugment() { return scheme("randaugment"); }
AugmentOptions trivialaugment() { return scheme("trivialaugment"); }
AugmentOptions augmix() { return scheme("augmix"); }

constexpr std::array<Policy, 9> kPolicies{{
    {"none", "Nothing: training sees what prediction sees.", "", none},
    {"light", "Flips, any rotation, a little zoom, shift and colour. The default.", "giemsa", light},
    {"full", "All that may happen to a cell on a slide, in modest ranges.", "giemsa", full},
    {"laboratories", "Stains, cameras, magnifications and focus of other laboratories, in wide ranges.",
     "giemsa", laboratories},
    {"axon", "AugMix on flipped and rotated cells, as report AXON.", "report AXON, arXiv 1912.02781", axon},
    {"dl_bois", "Geometry, colour, noise and small black rectangles, as report DL Bois.", "report DL Bois",
     dl_bois},
    {"randaugment", "Flips, then two of fourteen operations at magnitude 9 of 30.", "arXiv 1909.13719",
     randaugment},
    {"trivialaugment", "Flips, then one of fourteen operations at any magnitude, wide ranges.",
     "arXiv 2103.10158", trivialaugment},
    {"augmix", "Flips, then a mix of three chains of up to three operations.", "arXiv 1912.02781", augmix},
}};

}  // namespace

std::span<const Policy> policies() { return kPolicies; }

AugmentOptions find_policy(std::string_view name) {
  std::vector<std::string> names;
  for (const Policy& policy : kPolicies) {
    if (policy.name == name) return policy.make();
    names.emplace_back(policy.name);
  }
  throw Error(ErrorKind::Usage, fmt::format("[augment] there is no policy '{}'", name), suggest(name, names));
}

}  // namespace giemsa
