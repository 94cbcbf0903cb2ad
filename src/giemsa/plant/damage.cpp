#include "giemsa/plant/damage.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace giemsa {
namespace {

void fill_random(std::span<std::uint8_t> bytes, Random& random) {
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.bits());
}

/// A Windows bitmap of 24 bits that ends with its header (BITMAPFILEHEADER and BITMAPINFOHEADER).
Bytes bitmap_header(std::uint16_t side_px) {
  Bytes bytes(54);
  const auto put = [&](std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value & 0xFF);
    bytes[at + 1] = static_cast<std::uint8_t>(value >> 8);
  };
  bytes[0] = 'B';
  bytes[1] = 'M';
  put(2, 54);        // bytes in the file
  put(10, 54);       // where the pixels begin
  put(14, 40);       // bytes in the second header
  put(18, side_px);  // width
  put(22, side_px);  // height
  put(26, 1);        // planes
  put(28, 24);       // bits per pixel
  return bytes;
}

Bytes error_page() {
  constexpr std::string_view kPage =
      "<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head>\n"
      "<body><h1>Not Found</h1><p>The requested picture was not found on this server.</p></body></html>\n";
  return {kPage.begin(), kPage.end()};
}

}  // namespace

std::string_view damage_name(Damage damage) {
  constexpr std::array<std::string_view, kDamageCount> kNames{
      "truncated", "empty", "random_bytes", "nul_bytes", "text", "header", "no_pixels", "too_large"};
  return kNames[static_cast<std::size_t>(damage)];
}

Bytes damaged(Damage damage, std::span<const std::uint8_t> file, Random& random) {
  Bytes bytes(file.begin(), file.end());
  switch (damage) {
    case Damage::Truncated:
      bytes.resize(static_cast<std::size_t>(random.uniform(0.1, 0.8) * static_cast<double>(bytes.size())));
      return bytes;
    case Damage::Empty:
      return {};
    case Damage::RandomBytes:
      fill_random(bytes, random);
      return bytes;
    case Damage::NulBytes:
      std::ranges::fill(bytes, std::uint8_t{0});
      return bytes;
    case Damage::Text:
      return error_page();
    case Damage::Header:
      fill_random(std::span(bytes).first(std::min<std::size_t>(16, bytes.size())), random);
      return bytes;
    case Damage::NoPixels:
      return bitmap_header(0);
    case Damage::TooLarge:
      break;
  }
  return bitmap_header(30'000);
}

}  // namespace giemsa
