#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The text of NumPy arrays is UTF-32, ours is UTF-8.
namespace giemsa {

/// Appends one character; false where `code` is none (a surrogate, or above U+10FFFF).
bool append_utf8(std::string& text, std::uint32_t code);
/// The characters of well-formed UTF-8 (see is_utf8).
std::vector<std::uint32_t> to_utf32(std::string_view utf8);

}  // namespace giemsa
