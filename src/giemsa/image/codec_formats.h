#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "giemsa/image/codec.h"

// What the decoders share among themselves; callers use codec.h.
namespace giemsa {

/// Throws Data: "[image] NAME: FORMAT: PROBLEM".
[[noreturn]] void fail_decode(const std::string& name, ImageFormat format, std::string_view problem,
                              const std::string& hint = {});

/// Checks a header's size against the limits, before any pixel is allocated. Throws Data.
void check_size(const std::string& name, ImageFormat format, std::int64_t width, std::int64_t height,
                const DecodeLimits& limits);

/// One channel value laid over white with straight (not premultiplied) alpha.
constexpr std::uint8_t over_white(int value, int alpha) {
  return static_cast<std::uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

Image decode_jpeg(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits);
Image decode_png(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits);
Image decode_bmp(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits);
Image decode_tiff(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits);

}  // namespace giemsa
