#include "giemsa/augment/erasing.h"

#include <algorithm>
#include <cmath>

#include "giemsa/augment/noise.h"

namespace giemsa {

ErasedBox draw_erased(double from, double to, int side_px, Random& random) {
  constexpr int kTries = 10;
  const double widest = std::log(1 / 0.3);
  for (int i = 0; i < kTries; ++i) {
    const double area = random.uniform(from, to) * side_px * side_px;
    const double aspect = std::exp(random.uniform(-widest, widest));
    const int height = static_cast<int>(std::lround(std::sqrt(area * aspect)));
    const int width = static_cast<int>(std::lround(std::sqrt(area / aspect)));
    if (width >= side_px || height >= side_px) continue;
    const int x = static_cast<int>(random.below(static_cast<std::uint64_t>(side_px - width) + 1));
    const int y = static_cast<int>(random.below(static_cast<std::uint64_t>(side_px - height) + 1));
    return {x, y, x + width, y + height};
  }
  return {};
}

ErasedBox draw_cutout(double share, int side_px, Random& random) {
  const int length = static_cast<int>(std::lround(share * side_px));
  const int x = static_cast<int>(random.below(static_cast<std::uint64_t>(side_px))) - length / 2;
  const int y = static_cast<int>(random.below(static_cast<std::uint64_t>(side_px))) - length / 2;
  return {std::max(x, 0), std::max(y, 0), std::min(x + length, side_px), std::min(y + length, side_px)};
}

void erase(const ErasedBox& box, const std::string& fill, const Preprocess& preprocess,
           std::uint32_t noise_key, float* pixels) {
  const auto side = static_cast<std::size_t>(preprocess.input_px);
  const std::array<float, 3> colour =
      fill == "black" ? Normalisation(preprocess).shift : std::array<float, 3>{};
  for (int y = box.y0; y < box.y1; ++y) {
    for (int x = box.x0; x < box.x1; ++x) {
      const std::size_t at = 3 * (static_cast<std::size_t>(y) * side + static_cast<std::size_t>(x));
      for (std::size_t c = 0; c < 3; ++c) {
        pixels[at + c] =
            fill == "noise" ? counter_normal(noise_key, static_cast<std::uint32_t>(at + c)) : colour[c];
      }
    }
  }
}

}  // namespace giemsa
