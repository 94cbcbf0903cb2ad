#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace giemsa::page {

/// What a page says in place of a number that is not defined.
inline constexpr const char* kUndefined = "–";

/// 0.98765 → "98.77 %", with a space that does not break; "–" when not defined.
std::string per_cent(double share);
/// 0.98765 → "98.77", for table columns whose head says per cent; "–" when not defined.
std::string per_cent_digits(double share);
/// 0.12345678 → "0.1235" for four digits; "–" when not defined.
std::string number(double value, int digits = 4);
/// "1 picture", "1,364 pictures".
std::string counted(std::int64_t count, std::string_view singular, std::string_view plural);

/// A name from outside as plain text that fits into the key of a chart: cut behind 20 bytes.
std::string short_name(std::string_view name);

/// Text from outside (names, ids, messages) as HTML: escaped; what is no UTF-8 or would upset the page is
/// spelt out, and behind 300 bytes it is cut.
std::string outside(std::string_view text);

// Texts that are written into a page and into Markdown: plain, but for what strong() marks.

/// `text`, which may come from outside, marked as important.
std::string strong(std::string_view text);
/// As HTML: escaped, what is strong within <b>. Other control characters are spelt out.
std::string as_html(std::string_view text);
/// As Markdown: what would be markup is escaped, what is strong stands between **.
std::string as_markdown(std::string_view text);

/// A list of names and texts, both plain, which may come from outside; "" when there are none.
std::string pairs(const std::vector<std::pair<std::string, std::string>>& items);

}  // namespace giemsa::page
