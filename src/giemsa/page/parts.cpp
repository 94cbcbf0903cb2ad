#include "giemsa/page/parts.h"

#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/text.h"

namespace giemsa::page {

std::string per_cent_digits(double share) {
  return std::isfinite(share) ? fmt::format("{:.2f}", 100 * share) : "–";
}

std::string per_cent(double share) { return std::isfinite(share) ? per_cent_digits(share) + "\u00a0%" : "–"; }

std::string counted(std::int64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", with_thousands(count), count == 1 ? singular : plural);
}

std::string outside(std::string_view text) { return escape_html(printable(text, 300)); }

std::string pairs(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string rows;
  for (const auto& [name, text] : items) {
    rows += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_html(name), escape_html(text));
  }
  return rows.empty() ? rows : fmt::format("<dl class=\"pairs\">\n{}</dl>\n", rows);
}

}  // namespace giemsa::page
