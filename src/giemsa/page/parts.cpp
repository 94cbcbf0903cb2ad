#include "giemsa/page/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/text.h"

namespace giemsa::page {

namespace {

// Marks within a text; no text from outside holds them, since printable() spells out control characters.
constexpr char kStrong = '\x01', kPlain = '\x02';

constexpr std::size_t kLongestOutside = 300, kLongestText = 1 << 16;

/// `text` piece by piece between the marks: each escaped, each mark replaced.
template <class Escape>
std::string marked_up(std::string_view text, std::string_view strong, std::string_view plain, Escape escape) {
  constexpr char kMarks[] = {kStrong, kPlain, '\0'};
  std::string result;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find_first_of(kMarks), text.size());
    result += escape(printable(text.substr(0, at), kLongestText));
    if (at < text.size()) result += text[at] == kStrong ? strong : plain;
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  return result;
}

std::string escape_markdown(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>#|~&$").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::string per_cent_digits(double share) { return number(100 * share, 2); }

std::string per_cent(double share) {
  return std::isfinite(share) ? per_cent_digits(share) + "\u00a0%" : kUndefined;
}

std::string number(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : kUndefined;
}

std::string counted(std::int64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", with_thousands(count), count == 1 ? singular : plural);
}

std::string short_name(std::string_view name) { return printable(name, 20); }

std::string outside(std::string_view text) { return escape_html(printable(text, kLongestOutside)); }

std::string strong(std::string_view text) { return kStrong + printable(text, kLongestOutside) + kPlain; }

std::string as_html(std::string_view text) {
  return marked_up(text, "<b>", "</b>", [](const std::string& piece) { return escape_html(piece); });
}

std::string as_markdown(std::string_view text) { return marked_up(text, "**", "**", escape_markdown); }

std::string pairs(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string rows;
  for (const auto& [name, text] : items) {
    rows += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_html(printable(name, kLongestText)),
                        escape_html(printable(text, kLongestText)));
  }
  return rows.empty() ? rows : fmt::format("<dl class=\"pairs\">\n{}</dl>\n", rows);
}

}  // namespace giemsa::page
