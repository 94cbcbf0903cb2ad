#include "giemsa/page/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/text.h"
#include "giemsa/page/parts.h"

namespace giemsa::page {
namespace {

/// Parts the lines of a cell; no text from outside holds it, since printable() spells out control characters.
constexpr char kBelow = '\x03';

/// The cell's text as Markdown or as HTML, the second line between `before` and `after`.
template <class Escape>
std::string two_lines(std::string_view text, std::string_view before, std::string_view after, Escape escape) {
  const std::size_t at = text.find(kBelow);
  if (at == std::string_view::npos) return escape(text);
  return fmt::format("{}{}{}{}", escape(text.substr(0, at)), before, escape(text.substr(at + 1)), after);
}

std::string cell_html(std::string_view text) {
  return two_lines(text, "<small>", "</small>", [](std::string_view line) { return outside(line); });
}

std::string cell_markdown(std::string_view text) {
  return two_lines(text, " (", ")", [](std::string_view line) { return as_markdown(printable(line, 300)); });
}

bool is_words(const Table& table, std::size_t column) {
  return column == 0 || std::ranges::find(table.words, column) != table.words.end();
}

std::string cell(const Table& table, std::size_t column, const std::string& text, double shade) {
  if (column == 0) return fmt::format("<th scope=\"row\">{}</th>", cell_html(text));
  if (shade > 0)
    return fmt::format("<td class=\"shaded\" style=\"--shade:{:.3f}\">{}</td>", shade, cell_html(text));
  return fmt::format("<td{}>{}</td>", is_words(table, column) ? " class=\"words\"" : "", cell_html(text));
}

std::string html_rows(const Table& table, const std::vector<std::vector<std::string>>& rows, bool body) {
  std::string html;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    html += "<tr>";
    for (std::size_t c = 0; c < rows[r].size(); ++c)
      html += cell(table, c, rows[r][c], body && r < table.shades.size() ? table.shades[r][c] : 0);
    if (!table.bars.empty()) {
      html += body
                  ? fmt::format("<td class=\"bar\"><i style=\"width:{:.1f}%\"></i></td>", 100 * table.bars[r])
                  : "<td class=\"bar\"></td>";
    }
    html += "</tr>\n";
  }
  return html;
}

std::string markdown_row(const std::vector<std::string>& cells, std::string_view around) {
  std::string row = "|";
  for (const std::string& text : cells)
    row += fmt::format(" {0}{1}{0} |", text.empty() ? "" : around, cell_markdown(text));
  return row + "\n";
}

}  // namespace

std::string with_below(std::string_view text, std::string_view small) {
  std::string result = printable(text, 300);
  if (!small.empty()) result += kBelow + printable(small, 300);
  return result;
}

std::string Table::html(std::string_view style) const {
  if (rows.empty()) return {};
  std::string head;
  for (std::size_t c = 0; c < heads.size(); ++c) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>", c > 0 && is_words(*this, c) ? " class=\"words\"" : "",
                        outside(heads[c]));
  }
  if (!bars.empty()) head += "<td class=\"bar\"></td>";
  return fmt::format(
      "<div class=\"scroll\"><table{}>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n{}</table></div>\n",
      style.empty() ? "" : fmt::format(" class=\"{}\"", style), head, html_rows(*this, rows, true),
      foot.empty() ? "" : fmt::format("<tfoot>\n{}</tfoot>\n", html_rows(*this, foot, false)));
}

std::string Table::markdown() const {
  if (rows.empty()) return {};
  std::string text = markdown_row(heads, "") + "|";
  for (std::size_t c = 0; c < heads.size(); ++c) text += is_words(*this, c) ? " :--- |" : " ---: |";
  text += "\n";
  for (const auto& row : rows) text += markdown_row(row, "");
  for (const auto& row : foot) text += markdown_row(row, "**");
  return text;
}

}  // namespace giemsa::page
