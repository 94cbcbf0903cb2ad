#include "giemsa/synth/cell_painter.h"

#include <string>

#include "giemsa/core/error.h"
#include "giemsa/synth/camera.h"
#include "giemsa/synth/cells.h"

namespace giemsa {
namespace {

using namespace synth;

constexpr std::array<CellPainter, kCellClassCount> kPainters{
    paint_basophil,   paint_eosinophil, paint_erythroblast, paint_ig,
    paint_lymphocyte, paint_monocyte,   paint_neutrophil,   paint_platelet};

/// Small pictures are painted finer and averaged down, so that granules and edges survive.
int supersampling(int size_px) {
  constexpr int kLeastSidePx = 192;
  return (kLeastSidePx + size_px - 1) / size_px;
}

}  // namespace

SyntheticCell draw_cell_with_masks(CellClass cell_class, int size_px, Random& random) {
  require(size_px >= kMinCellImagePx && size_px <= kMaxCellImagePx, ErrorKind::Usage,
          "[synth] size " + std::to_string(size_px) + " px; expected " + std::to_string(kMinCellImagePx) +
              " to " + std::to_string(kMaxCellImagePx),
          "--size 96");
  const int side_px = size_px * supersampling(size_px);
  const float field_um = random.uniform(18.5f, 21.f);
  Canvas canvas({side_px, field_um / float(side_px)});

  const Appearance appearance = random_appearance(random);
  const Point centre = random_in_disc(random, 0.9f);
  const Outline cell = kPainters[static_cast<std::size_t>(cell_class)](canvas, centre, random);
  paint_surroundings(canvas, cell, cell_class == CellClass::Platelet, random);
  return {photograph(canvas, appearance, size_px, random), to_mask(canvas.grid, canvas.cell, size_px),
          to_mask(canvas.grid, canvas.nucleus, size_px)};
}

Image draw_cell(CellClass cell_class, int size_px, Random& random) {
  return draw_cell_with_masks(cell_class, size_px, random).image;
}

}  // namespace giemsa
