#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "giemsa/core/text.h"
#include "giemsa/inspect_report/report_parts.h"
#include "giemsa/inspect_report/report_reasons.h"
#include "giemsa/page/parts.h"

namespace giemsa::inspection_report {
namespace {

using page::counted;

constexpr std::size_t kMostRows = 60;

constexpr char kOverview[] =
    R"(<p class="note">Every finding stands in findings.csv with its evidence. The last column
says what giemsa clean does with such pictures; its policy file can change that.</p>
<div class="scroll"><table class="overview">
<thead><tr><th scope="col">Finding</th><th scope="col">Pictures</th><th scope="col">Different ones</th>
<th scope="col">giemsa clean</th></tr></thead>
<tbody>
{}</tbody>
</table></div>
)";

constexpr char kTable[] = R"(<p class="note">{}</p>
<div class="scroll"><table class="texts">
<thead><tr><th scope="col">Record</th><th scope="col">Evidence</th></tr></thead>
<tbody>
{}</tbody>
</table></div>
)";

std::string number(std::size_t count) { return with_thousands(static_cast<long long>(count)); }

std::size_t different(const Context& context, const std::vector<std::size_t>& findings) {
  std::set<std::size_t> contents;
  for (const std::size_t finding : findings) {
    if (const auto record = context.record_of(finding)) contents.insert(context.first[*record]);
  }
  return contents.size();
}

/// The page's order: known reasons first, then other words.
std::vector<std::string_view> words_of(const Context& context) {
  std::vector<std::string_view> words;
  for (const Reason& reason : reasons()) {
    if (context.has(reason.word)) words.push_back(reason.word);
  }
  for (const auto& [word, findings] : context.by_reason) {
    if (find_reason(word) == nullptr) words.push_back(word);
  }
  return words;
}

std::string overview_row(const Context& context, std::string_view word,
                         const std::vector<page::Section>& sections) {
  const Reason* reason = find_reason(word);
  const std::vector<std::size_t>& findings = context.by_reason.find(word)->second;
  const std::string title = reason ? escape_html(reason->title) : page::outside(word);
  const bool shown = std::ranges::count(sections, word, &page::Section::id) > 0;
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     shown ? fmt::format("<a href=\"#{}\">{}</a>", word, title) : title,
                     number(findings.size()), number(different(context, findings)),
                     reason ? cleaning_word(*reason, context.input.clean) : "–");
}

/// Rows of a table without pictures; long ones are cut.
std::string text_rows(const Context& context, const std::vector<std::size_t>& findings) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(findings.size(), kMostRows); ++i) {
    const Finding& finding = context.inspection.findings[findings[i]];
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", page::outside(finding.record),
                        page::outside(finding.evidence));
  }
  if (findings.size() > kMostRows) {
    rows += fmt::format("<tr><th scope=\"row\">and {} more in findings.csv</th><td></td></tr>\n",
                        number(findings.size() - kMostRows));
  }
  return rows;
}

}  // namespace

std::string summary(const Context& context) {
  const auto count = static_cast<std::int64_t>(context.input.records.size());
  const auto found = std::ranges::count(context.found, true);
  std::string text =
      fmt::format("{} of {} were looked at. ", counted(count, "picture", "pictures"),
                  counted(static_cast<std::int64_t>(context.inspection.classes.size()), "class", "classes"));
  if (context.inspection.findings.empty()) return text + "Nothing was found, and nothing was changed.";
  text += fmt::format(
      "<b>{}</b> of them ({}) deserve a look: ", with_thousands(found),
      page::per_cent(static_cast<double>(found) / static_cast<double>(std::max<std::int64_t>(count, 1))));
  std::vector<std::string> items;
  for (const Reason& reason : reasons()) {
    if (!context.has(reason.word)) continue;
    items.push_back(fmt::format("<b>{}</b> {}", number(context.by_reason.find(reason.word)->second.size()),
                                escape_html(to_lower(reason.title))));
  }
  return text + join(items, "; ") + ". Nothing was changed.";
}

std::vector<page::Tile> tiles(const Context& context) {
  const std::size_t count = context.input.records.size();
  const auto broken = static_cast<std::size_t>(std::ranges::count_if(
      context.inspection.pictures, [](const PictureFacts& f) { return f.broken.has_value(); }));
  std::set<std::size_t> contents(context.first.begin(), context.first.end());
  const auto found = static_cast<std::size_t>(std::ranges::count(context.found, true));
  return {{"Pictures", number(count), "records of the set"},
          {"Classes", number(context.inspection.classes.size()), "names of labels"},
          {"Different pictures", number(contents.size() - broken), "contents, copies counted once"},
          {"With findings", number(found), "for one reason or more"},
          {"Cannot be read", number(broken), "broken or unreadable"}};
}

page::Section overview_section(const Context& context, const std::vector<page::Section>& sections) {
  std::string rows;
  for (const std::string_view word : words_of(context)) rows += overview_row(context, word, sections);
  return {"overview", "What was found", rows.empty() ? rows : fmt::format(kOverview, rows)};
}

std::vector<page::Section> tables_without_pictures(const Context& context) {
  std::vector<page::Section> sections;
  for (const char* word : {"corrupt", "unreadable"}) {
    if (!context.has(word)) continue;
    sections.push_back(
        {word, std::string(find_reason(word)->title),
         fmt::format(kTable, context.note(word), text_rows(context, context.by_reason.find(word)->second))});
  }
  std::vector<std::size_t> about_no_record;
  for (std::size_t f = 0; f < context.inspection.findings.size(); ++f) {
    const Reason* reason = find_reason(context.inspection.findings[f].reason);
    const bool in_table = reason != nullptr && reason->rule == &CleanOptions::broken;
    if (!context.record_of(f) && !in_table) about_no_record.push_back(f);
  }
  if (!about_no_record.empty()) {
    sections.push_back({"set-findings", "About the set as a whole",
                        fmt::format(kTable, "Findings that are not about one picture.",
                                    text_rows(context, about_no_record))});
  }
  return sections;
}

page::Section made_section(const Context& context) {
  return {"made", "How it was made", page::pairs(context.input.made)};
}

}  // namespace giemsa::inspection_report
