#include "giemsa/descriptors/spans.h"

#include <algorithm>
#include <cmath>

namespace giemsa {
namespace {

/// The shares that pixels have in one thumbnail pixel.
struct PixelShares {
  int first = 0;
  std::vector<double> shares;
};

void find_pixels(int length, int i, PixelShares& out) {
  const double step = static_cast<double>(length) / kThumbnailPx;
  const bool shrinks = length >= kThumbnailPx;
  // Shrinking: the area [from, to). Growing: the straight line between the pixels around the centre.
  const double centre = std::clamp((i + 0.5) * step - 0.5, 0.0, length - 1.0);
  const double from = i * step, to = from + step;
  out.first = static_cast<int>(shrinks ? from : centre);
  out.shares.resize(shrinks ? static_cast<std::size_t>(std::ceil(step)) + 1 : 2);
  int p = out.first;
  for (double& share : out.shares) {
    share = shrinks ? std::max(0.0, std::min(to, p + 1.0) - std::max(from, static_cast<double>(p))) / step
                    : std::max(0.0, 1 - std::abs(centre - p));
    ++p;
  }
}

}  // namespace

Spans spans_of(const Side& side, int bits) {
  const auto [length, sample_px] = side;
  const int samples = (length + sample_px - 1) / sample_px;
  const bool straight = sample_px == 2 && samples > 2;  // from a quarter sample beside its middle
  Spans spans;
  PixelShares pixels;
  std::vector<double> shares;
  for (int i = 0; i < kThumbnailPx; ++i) {
    find_pixels(length, i, pixels);
    const int count = static_cast<int>(pixels.shares.size());
    spans.taps = (count + sample_px - 2) / sample_px + 1 + (straight ? 2 : 0);
    const int first = std::max(0, pixels.first / sample_px - (straight ? 1 : 0));
    spans.first[static_cast<std::size_t>(i)] = first;
    shares.assign(static_cast<std::size_t>(spans.taps), 0);
    for (int k = 0; k < count; ++k) {
      const int pixel = pixels.first + k, sample = pixel / sample_px;
      const int beside = std::clamp(pixel % 2 == 0 ? sample - 1 : sample + 1, 0, samples - 1);
      const double share = pixels.shares[static_cast<std::size_t>(k)];
      if (share == 0) continue;
      shares[static_cast<std::size_t>(sample - first)] += straight ? 0.75 * share : share;
      if (straight) shares[static_cast<std::size_t>(beside - first)] += 0.25 * share;
    }
    double sum = 0;
    int before = 0;
    for (const double share : shares) {
      sum += share;
      const int until = static_cast<int>(sum * (1 << bits) + 0.5);
      spans.weights.push_back(static_cast<std::uint16_t>(until - before));
      before = until;
    }
  }
  return spans;
}

}  // namespace giemsa
