#include "giemsa/plant/options.h"

#include <fmt/format.h>

#include <charconv>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {

std::vector<Repeat> parse_repeats(const std::string& text) {
  std::vector<Repeat> repeats;
  if (text.empty()) return repeats;
  for (const std::string& word : split_text(text, ',')) {
    Repeat repeat;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), repeat.count);
    const std::string rest = word.substr(static_cast<std::size_t>(end - word.data()));
    const bool fits =
        error == std::errc() && repeat.count >= 0 && (rest.empty() || (rest.size() > 1 && rest[0] == ':'));
    require(fits, ErrorKind::Usage,
            fmt::format("[plant] repeat '{}'; a number is expected, or NUMBER:CLASS", printable(word)),
            "--repeat 1600,200:monocyte");
    if (!rest.empty()) repeat.class_name = rest.substr(1);
    if (repeat.count > 0) repeats.push_back(std::move(repeat));
  }
  return repeats;
}

}  // namespace giemsa
