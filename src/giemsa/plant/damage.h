#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "giemsa/core/file.h"
#include "giemsa/core/random.h"

namespace giemsa {

/// How the file of a picture comes to harm.
enum class Damage {
  Truncated,    ///< the first 10 to 80 % are left
  Empty,        ///< no byte is left
  RandomBytes,  ///< as many bytes as before
  NulBytes,     ///< as many as before: what a full disk or a lost block leaves
  Text,         ///< a server's error page under the name of a picture
  Header,       ///< the first 16 bytes overwritten
  NoPixels,     ///< a bitmap of 0 × 0 px
  TooLarge,     ///< a header that promises 30,000 × 30,000 px and no pixels
};
inline constexpr int kDamageCount = 8;
/// "truncated", "empty", …
std::string_view damage_name(Damage damage);

/// The harmed file; no reader takes it for a whole picture.
Bytes damaged(Damage damage, std::span<const std::uint8_t> file, Random& random);

}  // namespace giemsa
