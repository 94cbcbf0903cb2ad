#include "giemsa/formats/untrusted_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"

namespace giemsa {

nlohmann::ordered_json parse_untrusted_json(std::string_view text, const std::string& name) {
  using nlohmann::ordered_json;
  int names = 0;
  const auto bounded = [&](int level, ordered_json::parse_event_t event, const ordered_json&) {
    names += event == ordered_json::parse_event_t::key;
    if (names > kMostJsonNames || level > kMostJsonLevels) {
      throw Error(ErrorKind::Model, fmt::format("{} has more than {} names, or more than {} levels", name,
                                                kMostJsonNames, kMostJsonLevels));
    }
    return true;
  };
  return ordered_json::parse(text, bounded, false);
}

}  // namespace giemsa
