#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "giemsa/core/error.h"
#include "giemsa/image/codec_formats.h"

namespace giemsa {
namespace {

/// The file in memory as libtiff reads it.
struct MemoryFile {
  std::span<const std::uint8_t> bytes;
  std::uint64_t position = 0;
};

tmsize_t read_some(thandle_t handle, void* out, tmsize_t count) {
  auto& file = *static_cast<MemoryFile*>(handle);
  if (count <= 0 || file.position >= file.bytes.size()) return 0;
  const auto taken =
      std::min<std::uint64_t>(static_cast<std::uint64_t>(count), file.bytes.size() - file.position);
  std::memcpy(out, file.bytes.data() + file.position, taken);
  file.position += taken;
  return static_cast<tmsize_t>(taken);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }
toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
  auto& file = *static_cast<MemoryFile*>(handle);
  const std::uint64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.position : file.bytes.size();
  return file.position = base + offset;  // wraps as libtiff's own offsets do; read_some checks it
}
int close_nothing(thandle_t) { return 0; }
toff_t size_of(thandle_t handle) { return static_cast<MemoryFile*>(handle)->bytes.size(); }

/// Keeps the first message instead of printing it. Returns 1: handled.
int keep_first(TIFF*, void* message, const char*, const char* format, va_list arguments) {
  auto& text = *static_cast<std::string*>(message);
  if (text.empty()) {
    char buffer[256];
    std::vsnprintf(buffer, sizeof buffer, format, arguments);
    text = buffer;
  }
  return 1;
}
int ignore(TIFF*, void*, const char*, const char*, va_list) { return 1; }

struct TiffCloser {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, TiffCloser>;

Tiff open_tiff(MemoryFile& file, std::string& message, const DecodeLimits& limits) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                 &TIFFOpenOptionsFree);
  // Tiles and strips are sized by the header; none needs more than the largest RGBA picture allowed.
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(),
                                      static_cast<tmsize_t>(4 * limits.max_pixels + (1 << 20)));
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_first, &message);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore, nullptr);
  return Tiff(TIFFClientOpenExt("memory", "rm", &file, read_some, write_nothing, seek_to, close_nothing,
                                size_of, nullptr, nullptr, options.get()));
}

void check_pixel_format(TIFF* tiff, const std::string& name) {
  std::uint16_t bits = 0, samples = 0, photometric = 0, sample_format = 0;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &sample_format);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  const bool colours_known = photometric == PHOTOMETRIC_MINISWHITE || photometric == PHOTOMETRIC_MINISBLACK ||
                             photometric == PHOTOMETRIC_PALETTE || photometric == PHOTOMETRIC_RGB ||
                             photometric == PHOTOMETRIC_YCBCR;
  if (bits != 8 || sample_format != SAMPLEFORMAT_UINT || samples < 1 || samples > 4 || !colours_known) {
    fail_decode(
        name, ImageFormat::Tiff,
        fmt::format(
            "{} bits × {} samples, photometric {}, sample format {}; 8-bit grey, palette, RGB or RGBA "
            "is expected",
            bits, samples, photometric, sample_format),
        "convert the picture to 8-bit RGB");
  }
}

}  // namespace

Image decode_tiff(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits) {
  MemoryFile file{bytes};
  std::string message;
  const auto damaged = [&] {
    fail_decode(name, ImageFormat::Tiff, fmt::format("truncated or damaged ({})", message),
                "copy the file again from where it came");
  };
  const Tiff tiff = open_tiff(file, message, limits);
  if (!tiff) damaged();
  std::uint32_t width = 0, height = 0;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  check_size(name, ImageFormat::Tiff, width, height, limits);
  check_pixel_format(tiff.get(), name);

  const std::size_t pixels = std::size_t{width} * height;
  std::vector<std::uint32_t> rgba(pixels);
  constexpr int kStopOnError = 1;
  if (!TIFFReadRGBAImageOriented(tiff.get(), width, height, rgba.data(), ORIENTATION_TOPLEFT, kStopOnError)) {
    damaged();
  }
  Image image(static_cast<int>(width), static_cast<int>(height));
  std::uint8_t* out = image.pixels();
  for (const std::uint32_t pixel : rgba) {
    // libtiff gives colours already multiplied by alpha; white fills the rest.
    const std::uint32_t white = 255 - TIFFGetA(pixel);
    *out++ = static_cast<std::uint8_t>(std::min(255u, TIFFGetR(pixel) + white));
    *out++ = static_cast<std::uint8_t>(std::min(255u, TIFFGetG(pixel) + white));
    *out++ = static_cast<std::uint8_t>(std::min(255u, TIFFGetB(pixel) + white));
  }
  return image;
}

}  // namespace giemsa
