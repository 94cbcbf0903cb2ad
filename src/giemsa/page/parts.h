#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace giemsa::page {

/// 0.98765 → "98.77 %", with a space that does not break; "–" when not defined.
std::string per_cent(double share);
/// 0.98765 → "98.77", for table columns whose head says per cent; "–" when not defined.
std::string per_cent_digits(double share);
/// "1 picture", "1,364 pictures".
std::string counted(std::int64_t count, std::string_view singular, std::string_view plural);

/// Text from outside (names, ids, messages) as HTML: escaped; what is no UTF-8 or would upset the page is
/// spelt out, and behind 300 bytes it is cut.
std::string outside(std::string_view text);

/// A list of names and texts, both plain; "" when there are none.
std::string pairs(const std::vector<std::pair<std::string, std::string>>& items);

}  // namespace giemsa::page
