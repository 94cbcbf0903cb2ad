#include "giemsa/eval/report_chapter.h"

#include <fmt/format.h>

#include "giemsa/core/text.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {

namespace {
constexpr std::size_t kLongestText = 1 << 16;
}

Chapter::Chapter(std::string id, std::string title, std::filesystem::path figures)
    : id_(std::move(id)), title_(std::move(title)), figures_(std::move(figures)) {}

void Chapter::heading(std::string_view text) {
  html_ += fmt::format("<h3>{}</h3>\n", page::as_html(text));
  markdown_ += fmt::format("### {}\n\n", page::as_markdown(text));
}

void Chapter::note(std::string_view text) {
  html_ += fmt::format("<p class=\"note\">{}</p>\n", page::as_html(text));
  markdown_ += fmt::format("{}\n\n", page::as_markdown(text));
}

void Chapter::table(const page::Table& table, std::string_view style) {
  if (table.rows.empty()) return;
  html_ += table.html(style);
  markdown_ += table.markdown() + "\n";
}

void Chapter::charts(const std::vector<page::Chart>& charts) {
  std::string drawings;
  for (const page::Chart& chart : charts) {
    if (!page::has_numbers(chart)) continue;
    drawings += page::draw(figures_, chart);
    markdown_ += fmt::format("![{}](figures/{}.svg)\n\n", page::as_markdown(chart.caption), chart.name);
  }
  html_ += page::side_by_side(drawings);
}

void Chapter::pairs(const std::vector<std::pair<std::string, std::string>>& items) {
  html_ += page::pairs(items);
  for (const auto& [name, text] : items)
    markdown_ += fmt::format("- **{}**: {}\n", page::as_markdown(printable(name, kLongestText)),
                             page::as_markdown(printable(text, kLongestText)));
  if (!items.empty()) markdown_ += "\n";
}

std::string Chapter::markdown() const {
  return markdown_.empty() ? "" : fmt::format("## {}\n\n{}", page::as_markdown(title_), markdown_);
}

}  // namespace giemsa::report
