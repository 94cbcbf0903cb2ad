#include "giemsa/synth/parts.h"

namespace giemsa::synth {

void paint_cytoplasm(Canvas& canvas, const Outline& body, const CytoplasmStyle& style, Random& random) {
  const Plane mottle = clouds(canvas.grid, style.mottle_um, 3, 0.7f, random);
  for_each_pixel(
      canvas.grid, body.centre(), body.largest_radius() + style.softness_um, [&](std::size_t i, Point p) {
        const float d = body.distance(p);
        const float inside = cover(d, style.softness_um);
        if (inside == 0) return;
        canvas.cell[i] = inside;
        const float from_edge = (d + 0.15f) / 0.3f;
        const float amount = inside * std::max(0.f, 1.f + style.mottle * mottle[i] +
                                                        style.edge * std::exp(-from_edge * from_edge));
        for (int s = 0; s < kStains; ++s) canvas.stain[s][i] += amount * style.dose[s];
      });
}

void paint_nucleus(Canvas& canvas, const Nucleus& nucleus, const Outline& body, const ChromatinStyle& style,
                   Random& random) {
  constexpr float kCytoplasmAboveNucleus = 0.25f;
  constexpr float kGapToMembrane_um = 0.2f;
  const Plane clumps = clouds(canvas.grid, style.clump_um, 3, 0.75f, random);
  for_each_pixel(canvas.grid, body.centre(), body.largest_radius(), [&](std::size_t i, Point p) {
    const float to_body = body.distance(p) + kGapToMembrane_um;
    if (to_body > style.softness_um) return;
    const float d = std::max(nucleus.distance(p), to_body);
    const float inside = cover(d, style.softness_um);
    if (inside == 0) return;
    canvas.nucleus[i] = inside;
    for (Plane& plane : canvas.stain) plane[i] *= 1.f - inside * (1.f - kCytoplasmAboveNucleus);
    // Clumps have dark plateaus and light gaps; a net is dark where the noise crosses zero.
    const float clumped = clumps[i] > 0 ? 0.7f * std::tanh(clumps[i]) : 1.2f * clumps[i];
    const float netted = 1.2f - 1.6f * std::abs(clumps[i]);
    const float texture = clumped + style.lace * (netted - clumped);
    const float from_edge = (d + 0.12f) / 0.18f;
    const float membrane = style.membrane * std::exp(-from_edge * from_edge);
    canvas.stain[kViolet][i] +=
        inside * (style.density * std::max(0.25f, 1.f + style.contrast * texture) + membrane);
    // The densest chromatin looks bluish black.
    canvas.stain[kBlue][i] += inside * 0.02f * style.density;
  });
}

void paint_granule(Canvas& canvas, Point centre, float radius_um, const Dose& dose, float over_nucleus) {
  const float softness = std::max(0.4f * radius_um, 0.06f);
  for_each_pixel(canvas.grid, centre, radius_um + softness, [&](std::size_t i, Point p) {
    const float inside = cover((p - centre).length() - radius_um, softness) * canvas.cell[i] *
                         (1.f - canvas.nucleus[i] * (1.f - over_nucleus));
    for (int s = 0; s < kStains; ++s) canvas.stain[s][i] += inside * dose[s];
  });
}

void paint_vacuole(Canvas& canvas, Point centre, float radius_um, float strength, float over_nucleus) {
  for_each_pixel(canvas.grid, centre, radius_um + 0.12f, [&](std::size_t i, Point p) {
    const float inside =
        cover((p - centre).length() - radius_um) * (1.f - canvas.nucleus[i] * (1.f - over_nucleus));
    for (Plane& plane : canvas.stain) plane[i] *= 1.f - strength * inside;
  });
}

Point random_inside(const Outline& outline, float margin_um, Random& random) {
  constexpr int kTries = 64;
  for (int i = 0; i < kTries; ++i) {
    const Point p = outline.centre() + random_in_disc(random, outline.largest_radius());
    if (outline.distance(p) < -margin_um) return p;
  }
  return outline.centre();
}

}  // namespace giemsa::synth
