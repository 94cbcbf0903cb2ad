// Cells with one unsegmented nucleus: lymphocyte, monocyte, immature granulocyte, erythroblast.
#include "giemsa/synth/cells.h"
#include "giemsa/synth/parts.h"

namespace giemsa::synth {
namespace {

/// A round to oval nucleus.
void add_oval(Nucleus& nucleus, float radius_um, float stretch_um, Random& random) {
  const Point half = polar(random_angle(random), 0.5f * stretch_um);
  nucleus.add_rod(Point{} - half, half, radius_um, radius_um * random.uniform(0.92f, 1.f));
}

/// A bean: a thick rod bent round a notch. span_rad: how far it bends.
void add_kidney(Nucleus& nucleus, float bend_um, float span_rad, float thickness_um, Random& random) {
  constexpr int kPieces = 4;
  const float start = random_angle(random), taper = random.uniform(-0.18f, 0.18f);
  const auto at = [&](int i) { return polar(start + span_rad * i / kPieces, bend_um); };
  const auto thick = [&](int i) { return thickness_um * (1.f + taper * (2.f * i / kPieces - 1.f)); };
  for (int i = 0; i < kPieces; ++i) nucleus.add_rod(at(i), at(i + 1), thick(i), thick(i + 1));
}

/// A folded, lobulated sheet.
void add_folds(Nucleus& nucleus, float radius_um, Random& random) {
  const int bulges = 3 + int(random.below(3));
  const float start = random_angle(random);
  for (int i = 0; i < bulges; ++i) {
    const Point end = polar(start + 6.2832f * i / bulges + random.uniform(-0.5f, 0.5f),
                            radius_um * random.uniform(0.55f, 0.95f));
    nucleus.add_rod({}, end, 0.55f * radius_um, radius_um * random.uniform(0.35f, 0.55f));
  }
}

}  // namespace

Outline paint_lymphocyte(Canvas& canvas, Point centre, Random& random) {
  const float size_um = random.uniform(4.2f, 5.5f);
  const float ruffle = random.chance(0.5) ? random.uniform(0.004f, 0.016f) : 0.f;
  const Outline body(centre, size_um, {.elongation = 0.25f, .wobble_frac = 0.03f, .ruffle_frac = ruffle},
                     random);
  paint_cytoplasm(canvas, body,
                  {.dose = {random.uniform(0.f, 0.15f), random.uniform(0.35f, 0.8f), 0.f, 0.f},
                   .mottle = 0.2f,
                   .edge = 0.25f},
                  random);

  Nucleus nucleus(0.5f, Warp(0.15f, 5.f, random));
  const float share = random.uniform(0.8f, 0.93f);
  if (random.chance(0.2))
    add_kidney(nucleus, 1.6f, random.uniform(1.f, 1.6f), 0.62f * size_um, random);
  else
    add_oval(nucleus, 0.86f * share * size_um, 0.28f * share * size_um, random);
  nucleus.fit(centre + random_in_disc(random, (1.f - share) * size_um), share * size_um);
  paint_nucleus(canvas, nucleus, body,
                {.density = random.uniform(2.1f, 2.7f), .clump_um = 0.9f, .contrast = 0.3f, .membrane = 0.3f},
                random);
  return body;
}

Outline paint_monocyte(Canvas& canvas, Point centre, Random& random) {
  const float size_um = random.uniform(6.9f, 8.4f);
  const bool spread = random.chance(0.4);
  const Outline body(centre, size_um,
                     {.elongation = spread ? 0.4f : 0.15f,
                      .wobble_frac = spread ? 0.06f : 0.03f,
                      .ruffle_frac = spread ? 0.012f : 0.004f},
                     random);
  paint_cytoplasm(
      canvas, body,
      {.dose = {random.uniform(0.1f, 0.22f), random.uniform(0.26f, 0.5f), random.uniform(0.f, 0.04f), 0.f},
       .mottle = 0.22f,
       .mottle_um = 0.7f,
       .edge = random.uniform(0.f, 0.5f),
       .softness_um = spread ? 0.25f : 0.14f},
      random);

  Nucleus nucleus(0.8f, Warp(0.3f, 6.f, random));
  if (random.chance(0.6))
    add_kidney(nucleus, random.uniform(2.4f, 3.3f), random.uniform(1.6f, 3.5f), random.uniform(2.4f, 3.2f),
               random);
  else
    add_folds(nucleus, 0.78f * size_um, random);
  nucleus.fit(centre + random_in_disc(random, 1.2f), 0.84f * size_um);
  paint_nucleus(canvas, nucleus, body,
                {.density = random.uniform(1.6f, 2.1f),
                 .clump_um = 0.7f,
                 .contrast = 0.4f,
                 .lace = 0.5f,
                 .membrane = 0.35f},
                random);

  const int dust = int(random.uniform(60.f, 200.f));
  for (int i = 0; i < dust; ++i)
    paint_granule(canvas, random_inside(body, 0.2f, random), random.uniform(0.05f, 0.1f),
                  {random.uniform(0.1f, 0.35f), 0.f, 0.f, 0.f}, 0.f);
  const int vacuoles = random.chance(0.7) ? 1 + int(random.below(12)) : 0;
  for (int i = 0; i < vacuoles; ++i)
    paint_vacuole(canvas, random_inside(body, 0.3f, random), random.uniform(0.15f, 0.55f), 0.75f, 0.15f);
  return body;
}

Outline paint_ig(Canvas& canvas, Point centre, Random& random) {
  // Granulocytes ripen from promyelocyte (0) over myelocyte to metamyelocyte (1): the blue cytoplasm turns
  // pink, the azurophil granules fade, the chromatin coarsens, the round nucleus shrinks and gets a dent.
  const float ripeness = random.uniform(0.f, 1.f), youth = 1.f - ripeness;
  const float size_um = random.uniform(6.4f, 7.3f) + 0.8f * youth;
  const Outline body(centre, size_um, {.elongation = 0.25f, .wobble_frac = 0.03f}, random);
  paint_cytoplasm(canvas, body,
                  {.dose = {random.uniform(0.14f, 0.26f), 0.05f + 0.45f * youth * random.uniform(0.7f, 1.3f),
                            random.uniform(0.02f, 0.12f) * ripeness, 0.f},
                   .mottle = 0.22f,
                   .mottle_um = 0.6f,
                   .edge = 0.2f + 0.5f * youth},
                  random);

  Nucleus nucleus(0.8f, Warp(0.2f, 6.f, random));
  const float share = 0.57f + 0.16f * youth + random.uniform(-0.04f, 0.04f);
  if (ripeness > 0.62f)
    add_kidney(nucleus, random.uniform(2.0f, 2.6f), random.uniform(1.2f, 2.1f), 0.41f * size_um, random);
  else
    add_oval(nucleus, 0.92f * share * size_um, 0.3f * share * size_um, random);
  const float room_um = std::max(0.f, 0.9f - share) * size_um;
  nucleus.fit(centre + polar(random_angle(random), room_um * random.uniform(0.3f, 0.9f)), 0.85f * size_um);
  paint_nucleus(canvas, nucleus, body,
                {.density = 1.7f + 0.5f * ripeness + random.uniform(-0.15f, 0.15f),
                 .clump_um = 0.45f + 0.3f * ripeness,
                 .contrast = 0.36f,
                 .lace = 0.3f * youth,
                 .membrane = 0.3f},
                random);
  const int nucleoli = ripeness < 0.35f ? int(random.below(4)) : 0;
  for (int i = 0; i < nucleoli; ++i)
    paint_vacuole(canvas, body.centre() + random_in_disc(random, 0.45f * size_um),
                  random.uniform(0.4f, 0.65f), 0.35f, 1.f);

  const int granules = int(60.f + random.uniform(120.f, 320.f) * (0.35f + youth));
  const float strength = 0.4f + 0.7f * youth;
  for (int i = 0; i < granules; ++i)
    paint_granule(canvas, random_inside(body, 0.2f, random), random.uniform(0.08f, 0.2f),
                  {strength * random.uniform(0.5f, 1.f), 0.f, 0.f, 0.f}, 0.3f);
  return body;
}

Outline paint_erythroblast(Canvas& canvas, Point centre, Random& random) {
  // Ripening from basophilic (0) to orthochromatic (1): haemoglobin replaces the blue, the nucleus condenses.
  const float ripeness = random.uniform(0.f, 1.f), youth = 1.f - ripeness;
  const float size_um = 4.1f + 1.3f * youth + random.uniform(-0.3f, 0.7f);
  const float ruffle = random.chance(0.25) ? 0.012f : 0.f;
  const Outline body(centre, size_um, {.elongation = 0.3f, .wobble_frac = 0.04f, .ruffle_frac = ruffle},
                     random);
  paint_cytoplasm(canvas, body,
                  {.dose = {0.08f * youth, 0.15f + 0.6f * youth * youth + random.uniform(0.f, 0.12f), 0.f,
                            0.08f + 0.22f * ripeness},
                   .mottle = 0.06f + 0.14f * youth,
                   .edge = 0.25f + 0.3f * youth},
                  random);

  Nucleus nucleus(0.5f, Warp(0.08f, 5.f, random));
  const float share = 0.46f + 0.2f * youth + random.uniform(-0.04f, 0.04f);
  add_oval(nucleus, share * size_um, 0.12f * size_um * random.uniform(0.f, 1.f), random);
  const float room_um = (0.92f - share) * size_um;
  nucleus.fit(centre + polar(random_angle(random), room_um * random.uniform(0.1f, 0.4f + 0.5f * ripeness)),
              0.8f * size_um);
  paint_nucleus(canvas, nucleus, body,
                {.density = 2.4f + 0.7f * ripeness,
                 .clump_um = 0.9f,
                 .contrast = 0.12f + 0.22f * youth,
                 .membrane = 0.4f},
                random);
  return body;
}

}  // namespace giemsa::synth
