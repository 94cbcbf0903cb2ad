#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace giemsa {

/// Somebody else's RGB pixels: 8 bits, interleaved, rows `stride` bytes apart.
struct ImageView {
  const std::uint8_t* pixels = nullptr;
  int width = 0, height = 0;
  std::size_t stride = 0;

  const std::uint8_t* row(int y) const { return pixels + static_cast<std::size_t>(y) * stride; }
  /// The rectangle [x, x + w) × [y, y + h); must lie inside.
  ImageView crop(int x, int y, int w, int h) const { return {row(y) + std::ptrdiff_t{3} * x, w, h, stride}; }
};

/// An RGB picture: 8 bits per channel, interleaved, rows without gaps.
class Image {
 public:
  Image() = default;
  Image(int width, int height) : width_(width), height_(height), pixels_(std::size_t{3} * width * height) {}

  int width() const { return width_; }
  int height() const { return height_; }
  bool empty() const { return pixels_.empty(); }
  std::size_t stride() const { return std::size_t{3} * width_; }
  std::uint8_t* pixels() { return pixels_.data(); }
  const std::uint8_t* pixels() const { return pixels_.data(); }
  std::uint8_t* row(int y) { return pixels() + y * stride(); }
  const std::uint8_t* row(int y) const { return pixels() + y * stride(); }
  const std::vector<std::uint8_t>& bytes() const { return pixels_; }

  ImageView view() const { return {pixels(), width_, height_, stride()}; }
  operator ImageView() const { return view(); }
  bool operator==(const Image&) const = default;

 private:
  int width_ = 0, height_ = 0;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace giemsa
