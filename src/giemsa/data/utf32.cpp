#include "giemsa/data/utf32.h"

namespace giemsa {

bool append_utf8(std::string& text, std::uint32_t code) {
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (surrogate || code > 0x10FFFF) return false;
  const auto append = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  const auto append_rest = [&](int sixes) {
    while (sixes-- > 0) append(0x80 | (code >> (6 * sixes) & 0x3F));
  };
  const int rest = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr std::uint32_t kLead[] = {0x00, 0xC0, 0xE0, 0xF0};
  append(kLead[rest] | code >> (6 * rest));
  append_rest(rest);
  return true;
}

std::vector<std::uint32_t> to_utf32(std::string_view utf8) {
  std::vector<std::uint32_t> codes;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) {
      codes.back() = codes.back() << 6 | (byte & 0x3Fu);
    } else {
      codes.push_back(byte < 0x80   ? byte
                      : byte < 0xE0 ? byte & 0x1Fu
                      : byte < 0xF0 ? byte & 0x0Fu
                                    : byte & 0x07u);
    }
  }
  return codes;
}

}  // namespace giemsa
