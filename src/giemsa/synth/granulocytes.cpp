// The mature granulocytes: neutrophil, eosinophil, basophil.
#include <numbers>

#include "giemsa/synth/cells.h"
#include "giemsa/synth/parts.h"

namespace giemsa::synth {
namespace {

struct LobeStyle {
  int lobes = 3;
  float radius_um = 1.5f;
  float gap_um = 0.f;       ///< between neighbouring lobes; negative: they overlap
  float turn_rad = 0.8f;    ///< mean bend of the chain from lobe to lobe
  float strand_um = 0.35f;  ///< half width of the threads between lobes
};

/// Lobes along a bent chain, joined by threads.
void add_lobes(Nucleus& nucleus, const LobeStyle& style, Random& random) {
  Point at{};
  float heading = random_angle(random);
  float radius = style.radius_um * random.uniform(0.85f, 1.15f);
  const float side = random.chance(0.5) ? 1.f : -1.f;
  for (int i = 0; i < style.lobes; ++i) {
    const Point half = polar(random_angle(random), radius * random.uniform(0.1f, 0.5f));
    nucleus.add_rod(at - half, at + half, radius, radius * random.uniform(0.8f, 1.f));
    if (i + 1 == style.lobes) break;
    const float next = style.radius_um * random.uniform(0.8f, 1.15f);
    const Point to = at + polar(heading, radius + next + style.gap_um * random.uniform(0.5f, 1.5f));
    nucleus.add_rod(at, to, style.strand_um, style.strand_um);
    at = to;
    radius = next;
    heading += side * style.turn_rad * random.uniform(0.5f, 1.5f);
  }
}

/// An unsegmented sausage bent into a C, S or U.
void add_band(Nucleus& nucleus, Random& random) {
  constexpr int kPieces = 6;
  const float bend = random.uniform(1.8f, 3.1f), radius = random.uniform(1.15f, 1.55f);
  const float span = random.uniform(2.4f, 4.6f);
  const float start = random_angle(random), waist = random.uniform(0.65f, 0.95f);
  const auto at = [&](int i) { return polar(start + span * i / kPieces, bend); };
  const auto thick = [&](int i) {
    const float from_middle = std::abs(2.f * i / kPieces - 1.f);
    return radius * (waist + (1.f - waist) * from_middle);
  };
  for (int i = 0; i < kPieces; ++i) nucleus.add_rod(at(i), at(i + 1), thick(i), thick(i + 1));
}

}  // namespace

Outline paint_neutrophil(Canvas& canvas, Point centre, Random& random) {
  const float size_um = random.uniform(6.0f, 7.3f);
  const Outline body(centre, size_um, {.elongation = 0.15f, .wobble_frac = 0.025f}, random);
  const float pink = random.uniform(0.8f, 1.3f);
  paint_cytoplasm(canvas, body,
                  {.dose = {0.14f * pink, random.uniform(0.02f, 0.07f), random.uniform(0.06f, 0.16f), 0.f},
                   .mottle = 0.28f,
                   .mottle_um = 0.5f,
                   .edge = 0.5f},
                  random);

  Nucleus nucleus(0.5f, Warp(0.16f, 4.5f, random));
  if (random.chance(0.22)) {
    add_band(nucleus, random);
  } else {
    const double draw = random.uniform();
    const int lobes = draw < 0.15 ? 2 : draw < 0.6 ? 3 : draw < 0.88 ? 4 : 5;
    constexpr std::array<float, 6> kRadius_um{0, 0, 2.1f, 1.8f, 1.6f, 1.45f};
    add_lobes(nucleus,
              {.lobes = lobes,
               .radius_um = kRadius_um[lobes],
               .gap_um = random.uniform(-0.5f, 0.5f),
               .turn_rad = random.uniform(0.6f, 1.5f),
               .strand_um = random.uniform(0.22f, 0.5f)},
              random);
  }
  nucleus.fit(centre + random_in_disc(random, 1.2f), 0.82f * size_um);
  paint_nucleus(
      canvas, nucleus, body,
      {.density = random.uniform(2.2f, 2.7f), .clump_um = 0.75f, .contrast = 0.36f, .membrane = 0.5f},
      random);

  const int granules = int(random.uniform(120.f, 380.f));
  const float strength = random.uniform(0.2f, 0.55f);
  for (int i = 0; i < granules; ++i)
    paint_granule(canvas, random_inside(body, 0.2f, random), random.uniform(0.06f, 0.14f),
                  {strength * random.uniform(0.4f, 1.f), 0.f, 0.3f * strength, 0.f}, 0.f);
  return body;
}

Outline paint_eosinophil(Canvas& canvas, Point centre, Random& random) {
  const float size_um = random.uniform(6.0f, 7.2f);
  const Outline body(centre, size_um, {.elongation = 0.15f, .wobble_frac = 0.025f, .ruffle_frac = 0.004f},
                     random);
  paint_cytoplasm(
      canvas, body,
      {.dose = {random.uniform(0.14f, 0.26f), random.uniform(0.02f, 0.1f), random.uniform(0.25f, 0.4f), 0.f},
       .mottle = 0.2f,
       .edge = 0.4f},
      random);

  Nucleus nucleus(0.6f, Warp(0.16f, 4.5f, random));
  const int lobes = random.chance(0.75) ? 2 : 3;
  add_lobes(nucleus,
            {.lobes = lobes,
             .radius_um = lobes == 2 ? 2.15f : 1.75f,
             .gap_um = random.uniform(0.1f, 1.0f),
             .turn_rad = random.uniform(0.7f, 1.3f),
             .strand_um = random.uniform(0.25f, 0.6f)},
            random);
  nucleus.fit(centre + random_in_disc(random, 1.3f), 0.86f * size_um);
  paint_nucleus(
      canvas, nucleus, body,
      {.density = random.uniform(2.1f, 2.6f), .clump_um = 0.8f, .contrast = 0.34f, .membrane = 0.5f}, random);

  // Packed granules on a jittered grid: a rim of dye and a core that lets light through.
  const float spacing_um = random.uniform(0.46f, 0.58f), fill = random.uniform(0.8f, 0.97f);
  const float orange = random.uniform(0.32f, 0.55f), dusk = random.uniform(0.f, 0.12f);
  const int rows = int(body.largest_radius() / spacing_um) + 1;
  for (int y = -rows; y <= rows; ++y)
    for (int x = -rows; x <= rows; ++x) {
      const Point p = centre + Point{float(x), float(y)} * spacing_um + random_in_disc(random, 0.3f);
      if (body.distance(p) > -0.25f || !random.chance(fill)) continue;
      const float radius = random.uniform(0.22f, 0.34f), dose = orange * random.uniform(0.7f, 1.3f);
      paint_granule(canvas, p, radius, {dusk, 0.f, dose, 0.f}, 0.06f);
      paint_granule(canvas, p, 0.35f * radius, {0.f, 0.f, -0.5f * dose, 0.f}, 0.06f);
    }
  const int vacuoles = random.chance(0.4) ? int(random.below(5)) : 0;
  for (int i = 0; i < vacuoles; ++i)
    paint_vacuole(canvas, random_inside(body, 0.5f, random), random.uniform(0.15f, 0.4f), 0.8f, 0.f);
  return body;
}

Outline paint_basophil(Canvas& canvas, Point centre, Random& random) {
  const float size_um = random.uniform(5.3f, 6.5f);
  const Outline body(centre, size_um, {.elongation = 0.2f, .wobble_frac = 0.03f, .ruffle_frac = 0.008f},
                     random);
  paint_cytoplasm(
      canvas, body,
      {.dose = {random.uniform(0.25f, 0.55f), random.uniform(0.02f, 0.12f), random.uniform(0.05f, 0.2f), 0.f},
       .mottle = 0.3f,
       .edge = 0.4f},
      random);

  Nucleus nucleus(1.2f, Warp(0.3f, 4.f, random));
  const int lobes = random.chance(0.7) ? 2 : 3;
  add_lobes(nucleus,
            {.lobes = lobes,
             .radius_um = lobes == 2 ? 2.4f : 2.0f,
             .gap_um = random.uniform(-0.9f, 0.1f),
             .turn_rad = 1.f,
             .strand_um = 0.8f},
            random);
  nucleus.fit(centre + random_in_disc(random, 0.9f), 0.85f * size_um);
  paint_nucleus(canvas, nucleus, body,
                {.density = random.uniform(1.1f, 1.7f),
                 .clump_um = 0.9f,
                 .contrast = 0.3f,
                 .membrane = 0.15f,
                 .softness_um = 0.3f},
                random);

  // Coarse granules of uneven size, over the nucleus too. They dissolve in water: some cells have lost many.
  const int granules = int(random.uniform(220.f, 520.f));
  const float strength = random.uniform(1.5f, 2.3f);
  for (int i = 0; i < granules; ++i)
    paint_granule(canvas, random_inside(body, 0.15f, random), random.uniform(0.12f, 0.36f),
                  {strength * random.uniform(0.6f, 1.2f), random.uniform(0.f, 0.1f), 0.f, 0.f}, 0.6f);
  return body;
}

}  // namespace giemsa::synth
