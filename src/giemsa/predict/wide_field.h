#pragma once
#include "giemsa/image/image.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// What the largest centre square of a picture shows, in shares of its side.
struct FieldOfView {
  double cell;      ///< side of the centred square that holds the stained cell nearest to the middle
  double red_cell;  ///< diameter of the red cells around it; 0.3 where too little of them is seen
};

/// Measures the stained cell in the middle of a picture, and the red cells around it: the ruler that nearly
/// every picture of a smear holds. Nuclei, granules and platelets take red light away more than blue light,
/// red cells as much of both. `cell` is 2 where nothing is stained. Any picture size.
FieldOfView field_of_view(ImageView picture);

/// Whether a picture is a frame around a cell, such as the 360 × 363 pixels (36 µm) that CellaVision's
/// microscopes store, and not a crop to it: its shorter side is at least 300 px, and the cell with a red cell
/// on either side fits in (field_of_view: cell + 2 · red_cell ≤ 1.1).
bool is_wide_field(ImageView picture);

/// The part of a picture that a model is shown: of a wide field the centre square of 0.6 of its shorter side,
/// 216 of 360 px, where viewing.cut_frames asks for that; all of it otherwise.
ImageView looked_at(ImageView picture, const Viewing& viewing);

}  // namespace giemsa
