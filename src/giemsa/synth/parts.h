#pragma once
#include "giemsa/core/random.h"
#include "giemsa/synth/canvas.h"

namespace giemsa::synth {

/// Amounts of stain, one per Stain.
using Dose = std::array<float, kStains>;

struct CytoplasmStyle {
  Dose dose{};
  float mottle = 0.1f;     ///< sd of the unevenness, relative
  float mottle_um = 0.9f;  ///< size of its largest patches
  float edge = 0.2f;       ///< how much stronger the rim is stained
  float softness_um = 0.12f;
};

/// Fills the outline with cytoplasm and makes it the canvas' cell.
void paint_cytoplasm(Canvas& canvas, const Outline& body, const CytoplasmStyle& style, Random& random);

struct ChromatinStyle {
  float density = 1.8f;    ///< mean dose of violet
  float clump_um = 0.8f;   ///< size of the largest clumps
  float contrast = 0.3f;   ///< sd of the density, relative
  float lace = 0.f;        ///< 0: clumps, 1: a net of threads
  float membrane = 0.35f;  ///< extra dose along the edge
  float softness_um = 0.12f;
};

/// Lays the nucleus over the cytoplasm, inside the body, and makes it the canvas' nucleus.
void paint_nucleus(Canvas& canvas, const Nucleus& nucleus, const Outline& body, const ChromatinStyle& style,
                   Random& random);

/// A round granule with a soft edge. `over_nucleus`: share of the dose that still shows above the nucleus.
void paint_granule(Canvas& canvas, Point centre, float radius_um, const Dose& dose, float over_nucleus);

/// A bubble: takes `strength` of the stains away. Spares the nucleus by `over_nucleus` as above.
void paint_vacuole(Canvas& canvas, Point centre, float radius_um, float strength, float over_nucleus);

/// A uniformly random place inside the outline, at least `margin_um` from its edge where there is one such.
Point random_inside(const Outline& outline, float margin_um, Random& random);

}  // namespace giemsa::synth
