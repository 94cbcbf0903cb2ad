#include "giemsa/descriptors/stored_form.h"

#include <string_view>

#include "giemsa/core/random.h"

namespace giemsa {
namespace {

constexpr std::uint8_t kQuantisation = 0xDB, kStartOfScan = 0xDA;

/// SOF0 … SOF15, without DHT, JPG and DAC, which lie among them.
bool starts_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  return fnv1a({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

std::uint64_t stored_form(ImageFormat format, std::span<const std::uint8_t> bytes) {
  std::uint64_t form = mix64(static_cast<std::uint64_t>(format));
  if (format != ImageFormat::Jpeg) return form;
  // Segments: FF, marker, length (which counts its own two bytes), content. The first is the bare start FF
  // D8.
  for (std::size_t at = 2; at + 4 <= bytes.size();) {
    if (bytes[at] != 0xFF) break;
    const std::uint8_t marker = bytes[at + 1];
    if (marker == kStartOfScan) break;
    if (marker == 0xFF) {  // a fill byte
      ++at;
      continue;
    }
    const std::size_t length = static_cast<std::size_t>(bytes[at + 2]) << 8 | bytes[at + 3];
    if (length < 2 || at + 2 + length > bytes.size()) break;
    const auto content = bytes.subspan(at + 4, length - 2);
    constexpr std::size_t kSizes = 5;  // precision, height, width: the picture's, not the program's
    if (marker == kQuantisation) form = mix64(form ^ hash_of(content));
    if (starts_frame(marker) && content.size() > kSizes)
      form = mix64(form ^ hash_of(content.subspan(kSizes)) ^ marker);
    at += 2 + length;
  }
  return form;
}

}  // namespace giemsa
