#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

using page::counted;
using page::outside;

constexpr std::size_t kManyClasses = 12;  ///< more of them get smaller cells

/// Which numbers are seen is the reader's choice, without a script: the buttons stand before the table, and
/// the style looks at them.
constexpr char kMatrix[] = R"(<div class="matrix">
<input type="radio" name="matrix" id="matrix-both" checked><label for="matrix-both">both</label>
<input type="radio" name="matrix" id="matrix-counts"><label for="matrix-counts">counts</label>
<input type="radio" name="matrix" id="matrix-shares"><label for="matrix-shares">per cent</label>
<div class="scroll"><table class="confusion{many}">
<thead><tr><td class="corner">truly ↓<br>named →</td>{names}<th scope="col"><span>all</span></th></tr></thead>
<tbody>
{rows}</tbody>
</table></div>
</div>
)";

double share_of_row(const Evaluation& e, std::size_t truth, std::size_t named) {
  return static_cast<double>(e.confusion[truth][named]) / static_cast<double>(e.classes[truth].support);
}

/// One cell of the matrix: the count, and below it the share of its row, which also shades it.
std::string cell(const Evaluation& e, std::size_t truth, std::size_t named) {
  const std::int64_t count = e.confusion[truth][named];
  if (count == 0) return "<td class=\"zero\">·</td>";
  const double share = share_of_row(e, truth, named);
  const bool right = truth == named;
  // Errors are few, so their shade grows with the root of the share: one in a hundred can still be seen.
  const double shade = right ? 0.1 + 0.8 * share : 0.85 * std::sqrt(share);
  const std::string_view digits = share >= 0.9995 ? "100" : share >= 0.0995 ? "{:.0f}" : "{:.1f}";
  return fmt::format(
      "<td class=\"{}{}\" style=\"--shade:{:.3f}\" title=\"{} of {} {} named "
      "{}\"><span>{}</span><small>{}\u00a0%</small></td>",
      right ? "right" : "wrong", shade > 0.68 ? " strong" : "", shade, count, e.classes[truth].support,
      outside(e.classes[truth].name), outside(e.classes[named].name), with_thousands(count),
      fmt::format(fmt::runtime(digits), 100 * share));
}

std::string matrix_html(const Evaluation& e) {
  std::string names, rows;
  for (const ClassScores& s : e.classes)
    names += fmt::format("<th scope=\"col\"><span>{}</span></th>", outside(s.name));
  for (std::size_t truth = 0; truth < e.confusion.size(); ++truth) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th>", outside(e.classes[truth].name));
    for (std::size_t named = 0; named < e.confusion.size(); ++named) rows += cell(e, truth, named);
    rows += fmt::format("<td class=\"sum\">{}</td></tr>\n", with_thousands(e.classes[truth].support));
  }
  return fmt::format(kMatrix, fmt::arg("many", e.classes.size() > kManyClasses ? " many" : ""),
                     fmt::arg("names", names), fmt::arg("rows", rows));
}

/// For Markdown: the counts, or the shares of their rows.
page::Table matrix_table(const Evaluation& e, bool shares) {
  page::Table table{.heads = {"truly ↓ named →"}, .rows = {}};
  for (const ClassScores& s : e.classes) table.heads.push_back(s.name);
  table.heads.emplace_back("all");
  for (std::size_t truth = 0; truth < e.confusion.size(); ++truth) {
    std::vector<std::string> row = {e.classes[truth].name};
    for (std::size_t named = 0; named < e.confusion.size(); ++named) {
      row.push_back(shares ? page::per_cent_digits(share_of_row(e, truth, named))
                           : with_thousands(e.confusion[truth][named]));
    }
    row.push_back(with_thousands(e.classes[truth].support));
    table.rows.push_back(std::move(row));
  }
  return table;
}

struct Confused {
  std::size_t truth, named;
  std::int64_t count;
};

/// The classes that are mixed up most often.
std::vector<Confused> most_confused(const Evaluation& e, std::size_t limit) {
  std::vector<Confused> pairs;
  for (std::size_t t = 0; t < e.confusion.size(); ++t) {
    for (std::size_t p = 0; p < e.confusion.size(); ++p) {
      if (t != p && e.confusion[t][p] > 0) pairs.push_back({t, p, e.confusion[t][p]});
    }
  }
  std::ranges::stable_sort(pairs, std::ranges::greater(), &Confused::count);
  pairs.resize(std::min(limit, pairs.size()));
  return pairs;
}

std::string confused_note(const Evaluation& e) {
  std::vector<std::string> items;
  for (const Confused& pair : most_confused(e, 3)) {
    items.push_back(fmt::format("{} named {} ({})", page::strong(e.classes[pair.truth].name),
                                page::strong(e.classes[pair.named].name),
                                counted(pair.count, "picture", "pictures")));
  }
  return items.empty() ? "No picture was named wrongly." : "Mixed up most often: " + join(items, ", ") + ".";
}

}  // namespace

Chapter confusion_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  const Evaluation& e = input.evaluation;
  Chapter chapter("confusion", "Confusion matrix", figures);
  chapter.note(
      "Each row holds the pictures of one true class, each column those that the model named so. Per cent "
      "are of the row.");
  chapter.only_html(matrix_html(e));
  chapter.only_markdown(fmt::format("Counts:\n\n{}\nPer cent:\n\n{}\n", matrix_table(e, false).markdown(),
                                    matrix_table(e, true).markdown()));
  chapter.note(confused_note(e));
  return chapter;
}

}  // namespace giemsa::report
