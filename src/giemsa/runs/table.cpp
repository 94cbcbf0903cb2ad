#include "giemsa/runs/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/text.h"
#include "giemsa/page/table.h"

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

std::string Table::html() const { return page::Table{.heads = heads, .rows = rows}.html(); }

}  // namespace giemsa
