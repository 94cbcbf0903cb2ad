#include "giemsa/runs/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/text.h"
#include "giemsa/page/parts.h"

namespace giemsa {
namespace {

constexpr std::size_t kLongestText = 300;

/// Of UTF-8 text, one a character.
std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string Table::text() const {
  std::vector<std::vector<std::string>> lines{heads};
  lines.insert(lines.end(), rows.begin(), rows.end());
  std::vector<std::size_t> widths(heads.size());
  for (auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      line[i] = printable(line[i], kLongestText);
      widths[i] = std::max(widths[i], columns_of(line[i]));
    }
  }
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string space(widths[i] - columns_of(line[i]), ' ');
      const bool words = i < left || (last_is_words && i + 1 == line.size());
      row += fmt::format("{}{}{}", i > 0 ? "  " : "", words ? line[i] : space, words ? space : line[i]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

std::string Table::html() const {
  std::string head, body;
  for (const std::string& name : heads) head += fmt::format("<th scope=\"col\">{}</th>", page::outside(name));
  for (const auto& row : rows) {
    std::string cells;
    for (const std::string& cell : row) {
      const bool first = &cell == &row.front();
      cells += first ? fmt::format("<th scope=\"row\">{}</th>", page::outside(cell))
                     : fmt::format("<td>{}</td>", page::outside(cell));
    }
    body += fmt::format("<tr>{}</tr>\n", cells);
  }
  return fmt::format(
      "<div class=\"scroll\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
      head, body);
}

}  // namespace giemsa
