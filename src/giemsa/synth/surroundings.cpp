// Platelets and the red cells in between.
#include "giemsa/synth/cells.h"
#include "giemsa/synth/parts.h"

namespace giemsa::synth {
namespace {

/// The slide's habit of red cells: they resemble each other more than those of another slide.
struct RedCellStyle {
  float radius_um, haemoglobin, pallor, rim_frac;
};

void paint_red_cell(Canvas& canvas, Point centre, const RedCellStyle& slide, const Outline& keep_clear,
                    Random& random) {
  const float radius = slide.radius_um * random.uniform(0.92f, 1.08f);
  const Outline outline(centre, radius, {.elongation = 0.3f, .wobble_frac = 0.03f}, random);
  const float dose = slide.haemoglobin * random.uniform(0.85f, 1.15f);
  const float pallor = std::clamp(slide.pallor + random.uniform(-0.3f, 0.3f), 0.f, 1.f);
  const float inner = std::clamp(1.f - slide.rim_frac * random.uniform(0.8f, 1.2f), 0.1f, 0.75f);
  const float polychromasia = random.chance(0.05) ? random.uniform(0.05f, 0.15f) : 0.f;
  const Point dimple = random_in_disc(random, 0.12f * radius);
  for_each_pixel(canvas.grid, centre, outline.largest_radius() + 0.2f, [&](std::size_t i, Point p) {
    const float inside = cover(outline.distance(p), 0.16f) * (1.f - canvas.cell[i]);
    if (inside == 0) return;
    const Point q = p - dimple;
    const float r = (q - centre).length() / outline.radius_towards(q);
    // Biconcave: thickest at two thirds of the radius, thin in the middle.
    const float thickness =
        (1.f - pallor * smoothstep(inner + 0.18f, inner - 0.14f, r)) * (1.08f - 0.16f * r);
    canvas.stain[kRed][i] += inside * dose * thickness;
    canvas.stain[kBlue][i] += inside * polychromasia;
  });
  // Beside a white cell a red cell is pushed in; a thin clear seam stays between them.
  if (keep_clear.distance(centre) > radius + 0.3f) return;
  for_each_pixel(canvas.grid, centre, outline.largest_radius() + 0.2f, [&](std::size_t i, Point p) {
    const float seam = (1.f - canvas.cell[i]) * smoothstep(0.3f, 0.1f, keep_clear.distance(p));
    canvas.stain[kRed][i] *= 1.f - 0.8f * seam;
  });
}

/// The granules of a platelet: a violet heap in a pale blue seam.
void paint_granulomere(Canvas& canvas, const Outline& body, Random& random) {
  const float size = body.largest_radius();
  const int granules = 14 + int(random.uniform(8.f, 16.f) * size * size);
  const float strength = random.uniform(0.4f, 0.8f), spread = random.uniform(0.65f, 0.9f);
  for (int i = 0; i < granules; ++i) {
    const Point p = body.centre() + random_in_disc(random, spread * size);
    paint_granule(canvas, p, random.uniform(0.1f, 0.24f),
                  {strength * random.uniform(0.5f, 1.1f), random.uniform(0.f, 0.1f), 0.f, 0.f}, 1.f);
  }
}

Outline paint_one_platelet(Canvas& canvas, Point centre, float size_um, Random& random) {
  const Outline body(centre, size_um, {.elongation = 0.5f, .wobble_frac = 0.06f, .ruffle_frac = 0.022f},
                     random);
  paint_cytoplasm(canvas, body,
                  {.dose = {random.uniform(0.3f, 0.65f), random.uniform(0.04f, 0.25f), 0.f, 0.f},
                   .mottle = 0.35f,
                   .mottle_um = 0.6f,
                   .edge = 0.f,
                   .softness_um = 0.22f},
                  random);
  paint_granulomere(canvas, body, random);
  return body;
}

}  // namespace

Outline paint_platelet(Canvas& canvas, Point centre, Random& random) {
  return paint_one_platelet(canvas, centre, random.uniform(1.4f, 2.7f), random);
}

void paint_surroundings(Canvas& canvas, const Outline& cell, bool platelets_likely, Random& random) {
  const RedCellStyle slide{random.uniform(3.5f, 4.1f), random.uniform(0.26f, 0.42f),
                           random.uniform(0.1f, 1.f), random.uniform(0.45f, 0.65f)};
  // Reach beyond the picture, so that red cells are cut by its border.
  const float half_um = 0.5f * canvas.grid.field_um() + slide.radius_um;
  const float crowding =
      random.uniform(0.55f, 1.02f);  // closest centres over the diameter: below 1 they overlap
  const int tries = int(random.uniform(12.f, 60.f));
  const float squeeze_um = random.uniform(0.f, 0.8f);
  std::vector<Point> placed;
  for (int i = 0; i < tries; ++i) {
    const Point p{random.uniform(-half_um, half_um), random.uniform(-half_um, half_um)};
    if (cell.distance(p) < slide.radius_um - squeeze_um) continue;
    const bool crowded = std::any_of(placed.begin(), placed.end(), [&](Point other) {
      return (p - other).length() < 2.f * slide.radius_um * crowding;
    });
    if (crowded) continue;
    placed.push_back(p);
    paint_red_cell(canvas, p, slide, cell, random);
  }

  const int strays = random.chance(platelets_likely ? 0.35 : 0.12) ? 1 + int(random.below(2)) : 0;
  if (strays == 0) return;
  // Painters mark what they paint as the cell in the middle, which strays are not: they get a canvas of their
  // own.
  for (int i = 0; i < strays; ++i) {
    const float size_um = random.uniform(0.7f, 1.5f);
    const Point p{random.uniform(-half_um, half_um), random.uniform(-half_um, half_um)};
    if (cell.distance(p) < size_um + 0.5f) continue;
    Canvas apart(canvas.grid);
    paint_one_platelet(apart, p, size_um, random);
    for (int s = 0; s < kStains; ++s)
      for (std::size_t k = 0; k < canvas.grid.pixels(); ++k) canvas.stain[s][k] += apart.stain[s][k];
  }
}

}  // namespace giemsa::synth
