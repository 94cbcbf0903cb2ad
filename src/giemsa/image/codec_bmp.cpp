// BMP as in Microsoft's "Bitmap Storage": BITMAPINFOHEADER (40 bytes) and its V2–V5 successors, uncompressed,
// 8-bit palette, 24 or 32 bits, bottom-up or top-down. All other kinds are refused by name.
#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdlib>

#include "giemsa/image/codec_formats.h"

namespace giemsa {
namespace {

constexpr std::uint32_t kUncompressed = 0, kBitFields = 3;
constexpr std::size_t kFileHeaderBytes = 14;

/// The byte of a little-endian 32-bit pixel in which each channel lies; alpha -1: none.
struct ChannelBytes {
  int red = 2, green = 1, blue = 0, alpha = -1;
};

class BmpReader {
 public:
  BmpReader(std::span<const std::uint8_t> bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  Image read(const DecodeLimits& limits) {
    read_header(limits);
    if (bits_ == 8) read_palette();
    if (compression_ == kBitFields) read_masks();
    const std::size_t stride = (static_cast<std::size_t>(width_) * bits_ + 31) / 32 * 4;
    const std::size_t needed = stride * static_cast<std::size_t>(height_);
    if (pixels_at_ > bytes_.size() || bytes_.size() - pixels_at_ < needed) {
      fail(fmt::format("truncated: {} bytes of pixels needed at byte {}, the file has {} bytes", needed,
                       pixels_at_, bytes_.size()));
    }
    Image image(width_, height_);
    for (int y = 0; y < height_; ++y) {
      const int stored = top_down_ ? y : height_ - 1 - y;
      copy_row(bytes_.data() + pixels_at_ + static_cast<std::size_t>(stored) * stride, image.row(y));
    }
    return image;
  }

 private:
  [[noreturn]] void fail(const std::string& problem, const std::string& hint = {}) const {
    fail_decode(name_, ImageFormat::Bmp, problem, hint);
  }
  std::uint32_t unsigned_at(std::size_t at, std::size_t count) const {
    if (at > bytes_.size() || bytes_.size() - at < count) fail("truncated: the file ends in the header");
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value |= static_cast<std::uint32_t>(bytes_[at + i]) << (8 * i);
    return value;
  }

  void read_header(const DecodeLimits& limits) {
    pixels_at_ = unsigned_at(10, 4);
    header_bytes_ = unsigned_at(kFileHeaderBytes, 4);
    if (header_bytes_ < 40 || header_bytes_ > 124) {
      fail(fmt::format("a header of {} bytes; BITMAPINFOHEADER (40) to V5 (124) is expected", header_bytes_),
           "save it as PNG");
    }
    const std::int64_t width = static_cast<std::int32_t>(unsigned_at(18, 4));
    const std::int64_t height = static_cast<std::int32_t>(unsigned_at(22, 4));
    top_down_ = height < 0;
    check_size(name_, ImageFormat::Bmp, width, std::abs(height), limits);
    width_ = static_cast<int>(width);
    height_ = static_cast<int>(std::abs(height));
    bits_ = unsigned_at(28, 2);
    compression_ = unsigned_at(30, 4);
    const bool known = (compression_ == kUncompressed && (bits_ == 8 || bits_ == 24 || bits_ == 32)) ||
                       (compression_ == kBitFields && bits_ == 32);
    if (!known) {
      fail(fmt::format("{} bits per pixel with compression {}; uncompressed 8, 24 or 32 bits are expected",
                       bits_, compression_),
           "save it as PNG");
    }
  }

  void read_palette() {
    palette_size_ = unsigned_at(46, 4);
    if (palette_size_ == 0) palette_size_ = 256;
    if (palette_size_ > 256)
      fail(fmt::format("a palette of {} colours; at most 256 fit 8 bits", palette_size_));
    for (std::uint32_t i = 0; i < palette_size_; ++i) {
      const std::uint32_t bgr = unsigned_at(kFileHeaderBytes + header_bytes_ + std::size_t{4} * i, 4);
      palette_[i] = {static_cast<std::uint8_t>(bgr >> 16), static_cast<std::uint8_t>(bgr >> 8),
                     static_cast<std::uint8_t>(bgr)};
    }
  }

  void read_masks() {
    // The masks stand at the same place whether they follow a 40-byte header or belong to a longer one.
    constexpr std::size_t kMasksAt = kFileHeaderBytes + 40;
    channels_ = {byte_of(unsigned_at(kMasksAt, 4)), byte_of(unsigned_at(kMasksAt + 4, 4)),
                 byte_of(unsigned_at(kMasksAt + 8, 4)), -1};
    if (header_bytes_ >= 56) {
      const std::uint32_t alpha = unsigned_at(kMasksAt + 12, 4);
      if (alpha != 0) channels_.alpha = byte_of(alpha);
    }
  }
  int byte_of(std::uint32_t mask) const {
    const int shift = std::countr_zero(mask);
    if (mask == 0 || shift % 8 != 0 || mask >> shift != 0xFF) {
      fail(fmt::format("channel mask {:#010x}; whole bytes are expected", mask), "save it as PNG");
    }
    return shift / 8;
  }

  void copy_row(const std::uint8_t* in, std::uint8_t* out) const {
    for (int x = 0; x < width_; ++x, out += 3) {
      if (bits_ == 8) {
        const std::uint8_t index = in[x];
        if (index >= palette_size_) fail(fmt::format("colour {} of a palette of {}", index, palette_size_));
        for (std::size_t c = 0; c < 3; ++c) out[c] = palette_[index][c];
        continue;
      }
      const std::uint8_t* pixel = in + static_cast<std::size_t>(x) * (bits_ / 8);
      const int alpha = channels_.alpha < 0 ? 255 : pixel[channels_.alpha];
      out[0] = over_white(pixel[channels_.red], alpha);
      out[1] = over_white(pixel[channels_.green], alpha);
      out[2] = over_white(pixel[channels_.blue], alpha);
    }
  }

  std::span<const std::uint8_t> bytes_;
  const std::string& name_;
  std::size_t pixels_at_ = 0, header_bytes_ = 0;
  int width_ = 0, height_ = 0;
  bool top_down_ = false;
  std::uint32_t bits_ = 0, compression_ = 0, palette_size_ = 0;
  std::array<std::array<std::uint8_t, 3>, 256> palette_{};
  ChannelBytes channels_;
};

}  // namespace

Image decode_bmp(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits) {
  return BmpReader(bytes, name).read(limits);
}

}  // namespace giemsa
