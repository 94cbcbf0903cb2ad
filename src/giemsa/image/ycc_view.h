#pragma once
#include <cstddef>
#include <cstdint>

namespace giemsa {

/// Somebody else's samples of one channel: 8 bits, rows `stride` bytes apart.
struct ChannelView {
  const std::uint8_t* samples = nullptr;
  int width = 0, height = 0;
  std::size_t stride = 0;

  const std::uint8_t* row(int y) const { return samples + static_cast<std::size_t>(y) * stride; }
};

/// A picture as JPEGs keep it: luma (Rec. 601, 0…255) of each pixel, and blue and red against it (128: grey;
/// ITU T.871), each sample of which may lie over several pixels.
struct YccView {
  int width = 0, height = 0;  ///< of the picture in pixels, and of `luma`
  ChannelView luma = {};
  /// Cb and Cr; no samples in a grey picture. The last sample of a row or column may lie beyond the picture.
  ChannelView blue = {}, red = {};
  int sample_width = 1, sample_height = 1;  ///< pixels under a sample of colour

  bool grey() const { return blue.samples == nullptr; }
};

}  // namespace giemsa
