#include "giemsa/image/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/image/codec_formats.h"

namespace giemsa {
namespace {

bool starts_with(std::span<const std::uint8_t> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

}  // namespace

ImageFormat sniff_format(std::span<const std::uint8_t> bytes) {
  using namespace std::string_view_literals;
  if (starts_with(bytes, "\xFF\xD8\xFF"sv)) return ImageFormat::Jpeg;
  if (starts_with(bytes, "\x89PNG\r\n\x1A\n"sv)) return ImageFormat::Png;
  if (starts_with(bytes, "BM"sv)) return ImageFormat::Bmp;
  // Classic TIFF (42) and BigTIFF (43) in either byte order.
  for (const auto magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
    if (starts_with(bytes, magic)) return ImageFormat::Tiff;
  }
  return ImageFormat::Unknown;
}

std::string_view format_name(ImageFormat format) {
  switch (format) {
    case ImageFormat::Jpeg:
      return "JPEG";
    case ImageFormat::Png:
      return "PNG";
    case ImageFormat::Bmp:
      return "BMP";
    case ImageFormat::Tiff:
      return "TIFF";
    case ImageFormat::Unknown:
      break;
  }
  return "unknown";
}

bool has_image_extension(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 6> kExtensions{".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"};
  return std::ranges::find(kExtensions, to_lower(path.extension().string())) != kExtensions.end();
}

void fail_decode(const std::string& name, ImageFormat format, std::string_view problem,
                 const std::string& hint) {
  throw Error(ErrorKind::Data, fmt::format("[image] {}: {}: {}", name, format_name(format), problem), hint);
}

void check_size(const std::string& name, ImageFormat format, std::int64_t width, std::int64_t height,
                const DecodeLimits& limits) {
  if (width < 1 || height < 1) fail_decode(name, format, fmt::format("size {}×{} px", width, height));
  const auto pixels = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
  if (width > limits.max_side_px || height > limits.max_side_px || pixels > limits.max_pixels) {
    fail_decode(name, format,
                fmt::format("{}×{} px is over the limit of {} px a side and {} px in all", width, height,
                            limits.max_side_px, limits.max_pixels),
                "crop the picture to single cells first");
  }
}

Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits) {
  if (bytes.size() > limits.max_file_bytes) {
    throw Error(ErrorKind::Data, fmt::format("[image] {}: {} bytes; at most {} are read", name, bytes.size(),
                                             limits.max_file_bytes));
  }
  switch (sniff_format(bytes)) {
    case ImageFormat::Jpeg:
      return decode_jpeg(bytes, name, limits);
    case ImageFormat::Png:
      return decode_png(bytes, name, limits);
    case ImageFormat::Bmp:
      return decode_bmp(bytes, name, limits);
    case ImageFormat::Tiff:
      return decode_tiff(bytes, name, limits);
    case ImageFormat::Unknown:
      break;
  }
  throw Error(
      ErrorKind::Data,
      bytes.empty()
          ? fmt::format("[image] {}: the file is empty", name)
          : fmt::format("[image] {}: not a picture: its first bytes are of no format that is read", name),
      "giemsa reads JPEG, PNG, BMP and TIFF");
}

Bytes read_image_file(const std::filesystem::path& path, const DecodeLimits& limits) {
  std::error_code error;  // of a path that is not there, which reading tells
  const auto status = std::filesystem::status(path, error);
  const bool readable = std::filesystem::is_regular_file(status) || !std::filesystem::exists(status);
  require(readable, ErrorKind::Io,  // a pipe would be waited for without end
          fmt::format("[image] '{}': not a file but a folder, pipe, socket or device", path.string()));
  return read_bytes(path, limits.max_file_bytes);
}

Image read_image(const std::filesystem::path& path, const DecodeLimits& limits) {
  return decode_image(read_image_file(path, limits), path.string(), limits);
}

}  // namespace giemsa
