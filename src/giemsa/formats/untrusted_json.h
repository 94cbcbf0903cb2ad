#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace giemsa {

/// A small JSON text from outside, such as the description of a model; "discarded" where it is not JSON. What
/// would take long (names are kept in order, and each is compared with all others of its object) or much
/// memory is refused. Throws Model for more than kMostJsonNames names or kMostJsonLevels levels; `name`
/// stands in errors.
nlohmann::ordered_json parse_untrusted_json(std::string_view text, const std::string& name);

inline constexpr int kMostJsonNames = 10'000, kMostJsonLevels = 16;

}  // namespace giemsa
