#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "giemsa/core/file.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// Bounds on pictures from outside, checked on the header before any pixel is allocated.
struct DecodeLimits {
  std::uint64_t max_file_bytes = 256ull << 20;
  std::uint64_t max_pixels = 64ull << 20;  ///< width × height
  int max_side_px = 30'000;
};

enum class ImageFormat { Unknown, Jpeg, Png, Bmp, Tiff };

/// The format by the first bytes; file names are not trusted.
ImageFormat sniff_format(std::span<const std::uint8_t> bytes);
std::string_view format_name(ImageFormat format);
/// Whether the file name ends like a picture that giemsa reads (.jpg .jpeg .png .bmp .tif .tiff; any case).
bool has_image_extension(const std::filesystem::path& path);

/// Decodes JPEG, PNG, BMP or TIFF (8-bit grey, palette, RGB or RGBA; alpha is laid over white; first TIFF
/// page). `name` stands in errors. Throws Data: unknown format, truncated or damaged, over the limits, or a
/// pixel format that giemsa does not read (16 bits, CMYK), naming what was found.
Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name,
                   const DecodeLimits& limits = {});
/// The bytes of a picture file. Throws Io when it cannot be read, Data when it is over the limit.
Bytes read_image_file(const std::filesystem::path& path, const DecodeLimits& limits = {});
/// decode_image of read_image_file.
Image read_image(const std::filesystem::path& path, const DecodeLimits& limits = {});

Bytes encode_png(ImageView image);
/// Baseline JPEG, 4:4:4, quality 1…100.
Bytes encode_jpeg(ImageView image, int quality);

}  // namespace giemsa
