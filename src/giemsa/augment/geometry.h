#pragma once
#include <array>

#include "giemsa/augment/options.h"
#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// One drawn change of shape; all about the centre of the picture.
struct Geometry {
  bool flip_horizontal = false, flip_vertical = false;
  double angle_deg = 0;  ///< counter-clockwise
  double scale = 1;      ///< above 1: the cell grows
  double shift_x_frac = 0, shift_y_frac = 0;

  bool is_identity() const;
  /// Rows (a, b, c), (d, e, f) that send the output position (x, y) to (a·x + b·y + c, …) in the input, where
  /// positions run from -0.5 to 0.5 over each side.
  std::array<double, 6> to_input() const;
};

Geometry draw_geometry(const AugmentOptions& options, Random& random);

/// The square picture under the change, at side_px × side_px. What lies outside is mirrored in. Shrinking
/// averages: the picture is sampled on a grid finer by a whole factor, then the cells of that grid are
/// averaged.
Image warp(ImageView square, const Geometry& geometry, int side_px);

}  // namespace giemsa
