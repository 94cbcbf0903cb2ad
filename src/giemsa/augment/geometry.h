#pragma once
#include <array>

#include "giemsa/image/image.h"

namespace giemsa {

/// Rows (a, b, c), (d, e, f) that send the output position (x, y) to (a·x + b·y + c, d·x + e·y + f) in the
/// input, where positions run from -0.5 to 0.5 over each side.
using Affine = std::array<double, 6>;

/// One drawn change of shape; all about the centre of the picture, in the order of the fields.
struct Geometry {
  bool flip_horizontal = false, flip_vertical = false;
  int quarter_turns = 0;            ///< counter-clockwise
  double angle_deg = 0;             ///< counter-clockwise
  double shear_x = 0, shear_y = 0;  ///< rows slant to the right above the centre, columns up on the right
  double zoom = 1;                  ///< above 1: the cell grows
  double shift_x = 0, shift_y = 0;  ///< shares of the side, to the right and down

  bool is_identity() const {
    return only_flips_and_turns() && !flip_horizontal && !flip_vertical && quarter_turns % 4 == 0;
  }
  /// Such a change moves whole pixels, at any size.
  bool only_flips_and_turns() const {
    return angle_deg == 0 && shear_x == 0 && shear_y == 0 && zoom == 1 && shift_x == 0 && shift_y == 0;
  }
  Affine to_input() const;
};

/// The square picture under the change, at side_px × side_px. What lies outside is mirrored in. Shrinking
/// averages: bilinear samples of the picture under a running mean over the pixels that one of the output
/// covers.
Image warp(ImageView square, const Affine& to_input, int side_px);

/// The square picture flipped, then turned; nothing else of the change is looked at.
Image flip_and_turn(Image square, const Geometry& geometry);

}  // namespace giemsa
