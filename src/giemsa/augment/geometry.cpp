#include "giemsa/augment/geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "giemsa/image/opencv_threads.h"

namespace giemsa {

bool Geometry::is_identity() const {
  return !flip_horizontal && !flip_vertical && angle_deg == 0 && scale == 1 && shift_x_frac == 0 &&
         shift_y_frac == 0;
}

std::array<double, 6> Geometry::to_input() const {
  const double angle = angle_deg * std::numbers::pi / 180;
  const double c = std::cos(angle) / scale, s = std::sin(angle) / scale;
  const double mirror_x = flip_horizontal ? -1 : 1, mirror_y = flip_vertical ? -1 : 1;
  // Undo the shift, then rotation and scale, then the mirror.
  const double a = mirror_x * c, b = -mirror_x * s, d = mirror_y * s, e = mirror_y * c;
  return {a, b, -(a * shift_x_frac + b * shift_y_frac), d, e, -(d * shift_x_frac + e * shift_y_frac)};
}

Geometry draw_geometry(const AugmentOptions& options, Random& random) {
  // Every number is drawn whether it is used or not, so that turning one part off leaves the others as they
  // were.
  Geometry g;
  g.flip_horizontal = random.chance(0.5) && options.flip_horizontal;
  g.flip_vertical = random.chance(0.5) && options.flip_vertical;
  g.angle_deg = random.uniform(-1.0, 1.0) * options.rotation_deg;
  g.scale = std::exp(random.uniform(-1.0, 1.0) * std::log(options.scale));
  g.shift_x_frac = random.uniform(-1.0, 1.0) * options.shift_frac;
  g.shift_y_frac = random.uniform(-1.0, 1.0) * options.shift_frac;
  return g;
}

Image warp(ImageView square, const Geometry& geometry, int side_px) {
  keep_opencv_single_threaded();
  const int finer = std::max(1, static_cast<int>(std::lround(static_cast<double>(square.width) / side_px)));
  const int fine_px = finer * side_px;
  // From pixel centres of the fine grid to pixel centres of the input.
  const auto m = geometry.to_input();
  const double side = square.width, step = side / fine_px;
  const double first = 0.5 / fine_px - 0.5;  // position of the first pixel centre
  const auto offset = [&](double x, double y, double shift) {
    return ((x + y) * first + shift + 0.5) * side - 0.5;
  };
  const cv::Matx23d matrix(m[0] * step, m[1] * step, offset(m[0], m[1], m[2]),  //
                           m[3] * step, m[4] * step, offset(m[3], m[4], m[5]));
  const cv::Mat input(square.height, square.width, CV_8UC3, const_cast<std::uint8_t*>(square.pixels),
                      square.stride);
  Image output(side_px, side_px);
  cv::Mat small(side_px, side_px, CV_8UC3, output.pixels());
  cv::Mat fine = finer == 1 ? small : cv::Mat(fine_px, fine_px, CV_8UC3);
  cv::warpAffine(input, fine, matrix, fine.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REFLECT_101);
  if (finer > 1) cv::resize(fine, small, small.size(), 0, 0, cv::INTER_AREA);
  return output;
}

}  // namespace giemsa
