#include "giemsa/predict/shard.h"

#include <fmt/format.h>

#include <charconv>

#include "giemsa/core/error.h"

namespace giemsa {

Shard parse_shard(const std::string& text) {
  std::size_t number = 0, of = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, number);
  bool fits = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  if (fits) {
    const auto second = std::from_chars(first.ptr + 1, end, of);
    fits = second.ec == std::errc() && second.ptr == end && number >= 1 && number <= of;
  }
  require(fits, ErrorKind::Usage,
          fmt::format("[shard] got '{}'; expected I/N with I from 1 to N, such as 2/4", text));
  return {number - 1, of};
}

}  // namespace giemsa
