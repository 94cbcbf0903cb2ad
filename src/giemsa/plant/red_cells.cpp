#include "giemsa/plant/red_cells.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "giemsa/synth/camera.h"
#include "giemsa/synth/cell_painter.h"
#include "giemsa/synth/cells.h"

namespace giemsa {

Image draw_red_cells(int width, int height, Random& random) {
  using namespace synth;
  const int size_px = std::clamp(std::max(width, height), kMinCellImagePx, kMaxCellImagePx);
  const int side_px = size_px < 192 ? 2 * size_px : size_px;  // small ones are painted finer
  Canvas canvas({side_px, random.uniform(18.5f, 21.f) / static_cast<float>(side_px)});
  const Appearance appearance = random_appearance(random);
  const Outline nowhere({1000.f, 1000.f}, 1.f, {}, random);  // the cell to keep clear of
  paint_surroundings(canvas, nowhere, false, random);
  const Image square = photograph(canvas, appearance, size_px, random);
  if (square.width() == width && square.height() == height) return square;

  Image image(width, height);
  const cv::Mat in(size_px, size_px, CV_8UC3, const_cast<std::uint8_t*>(square.pixels()), square.stride());
  cv::Mat out(height, width, CV_8UC3, image.pixels(), image.stride());
  cv::resize(in, out, out.size(), 0, 0, cv::INTER_AREA);
  return image;
}

}  // namespace giemsa
