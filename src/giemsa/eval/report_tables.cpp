#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

using page::counted;
using page::per_cent_digits;

constexpr char kDataSection[] =
    R"(<p class="note">Pictures of each class in the three parts. The network learns from train; val chooses among its
states; test is for the last look, after every choice is made.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Class</th><th scope="col">Train</th><th scope="col">Val</th><th scope="col">Test</th>
<th scope="col">All</th><td class="bar"></td></tr></thead>
<tbody>
{rows}</tbody>
<tfoot>
<tr><th scope="row">all</th>{sums}<td class="bar"></td></tr>
</tfoot>
</table></div>
)";

constexpr char kConfusionSection[] =
    R"(<p class="note">Each row holds the pictures of one true class, each column those that the model named so; below the
count, its share of the row.</p>
<div class="scroll"><table class="confusion">
<thead><tr><td class="corner">truly ↓<br>named →</td>{names}<th scope="col"><span>all</span></th></tr></thead>
<tbody>
{rows}</tbody>
</table></div>
<p class="note">{confused}</p>
)";

constexpr char kClassesSection[] =
    R"(<p class="note">In per cent. <b>Precision</b>: of the pictures named so, how many truly are. <b>Recall</b>
(sensitivity): of the pictures that truly are, how many were found. <b>F1</b>: the harmonic mean of both. <b>AUC</b>:
how well the probability of the class sets it apart from all others, whatever the threshold.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Class</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th>
<th scope="col">AUC</th><th scope="col">Pictures</th></tr></thead>
<tbody>
{rows}</tbody>
<tfoot>
{averages}</tfoot>
</table></div>
<p class="note">The macro average counts every class alike, the weighted one by its pictures. A quotient without
pictures counts as 0; an AUC that is not defined (–) is left out of its averages.</p>
)";

/// The cells of train, val, test and all.
std::string count_cells(const std::array<std::size_t, 3>& counts) {
  std::string cells;
  for (const std::size_t count : {counts[0], counts[1], counts[2], counts[0] + counts[1] + counts[2]}) {
    cells += fmt::format("<td>{}</td>", with_thousands(static_cast<long long>(count)));
  }
  return cells;
}

std::string score_row(const ClassScores& s) {
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
      escape_html(s.name), per_cent_digits(s.precision), per_cent_digits(s.recall), per_cent_digits(s.f1),
      per_cent_digits(s.roc_auc), with_thousands(s.support));
}

/// One cell of the confusion matrix: the count, and below it the share of its row, which also shades it.
std::string confusion_cell(const Evaluation& e, std::size_t truth, std::size_t named) {
  const std::int64_t count = e.confusion[truth][named];
  if (count == 0) return "<td class=\"zero\">·</td>";
  const double share = static_cast<double>(count) / static_cast<double>(e.classes[truth].support);
  const bool right = truth == named;
  // Errors are few, so their shade grows with the root of the share: one in a hundred can still be seen.
  const double shade = right ? 0.1 + 0.8 * share : 0.85 * std::sqrt(share);
  const std::string_view digits = share >= 0.9995 ? "100" : share >= 0.0995 ? "{:.0f}" : "{:.1f}";
  return fmt::format(
      "<td class=\"{}{}\" style=\"--shade:{:.3f}\" title=\"{} of {} {} named "
      "{}\">{}<small>{}\u00a0%</small></td>",
      right ? "right" : "wrong", shade > 0.68 ? " strong" : "", shade, count, e.classes[truth].support,
      escape_html(e.classes[truth].name), escape_html(e.classes[named].name), with_thousands(count),
      fmt::format(fmt::runtime(digits), 100 * share));
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
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Confused& a, const Confused& b) { return a.count > b.count; });
  pairs.resize(std::min(limit, pairs.size()));
  return pairs;
}

std::string confused_note(const Evaluation& e) {
  std::vector<std::string> items;
  for (const Confused& pair : most_confused(e, 3)) {
    items.push_back(fmt::format("<b>{}</b> named <b>{}</b> ({})", escape_html(e.classes[pair.truth].name),
                                escape_html(e.classes[pair.named].name),
                                counted(pair.count, "picture", "pictures")));
  }
  return items.empty() ? "No picture was named wrongly." : "Mixed up most often: " + join(items, ", ") + ".";
}

}  // namespace

page::Section data_section(const ReportInput& input) {
  if (input.counts.empty()) return {};
  std::array<std::size_t, 3> sums{};
  std::size_t largest = 1;
  for (const auto& row : input.counts) {
    for (std::size_t part = 0; part < 3; ++part) sums[part] += row[part];
    largest = std::max(largest, row[0] + row[1] + row[2]);
  }
  std::string rows;
  for (std::size_t k = 0; k < input.counts.size(); ++k) {
    const auto& row = input.counts[k];
    const double length = static_cast<double>(row[0] + row[1] + row[2]) / static_cast<double>(largest);
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th>{}<td class=\"bar\"><i style=\"width:{:.1f}%\"></i></td></tr>\n",
        escape_html(input.predictions.classes[k]), count_cells(row), 100 * length);
  }
  return {"data", "Data",
          fmt::format(kDataSection, fmt::arg("rows", rows), fmt::arg("sums", count_cells(sums)))};
}

page::Section confusion_section(const ReportInput& input) {
  const Evaluation& e = input.evaluation;
  std::string names, rows;
  for (const ClassScores& s : e.classes) {
    names += fmt::format("<th scope=\"col\"><span>{}</span></th>", escape_html(s.name));
  }
  for (std::size_t truth = 0; truth < e.confusion.size(); ++truth) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th>", escape_html(e.classes[truth].name));
    for (std::size_t named = 0; named < e.confusion.size(); ++named) rows += confusion_cell(e, truth, named);
    rows += fmt::format("<td class=\"sum\">{}</td></tr>\n", with_thousands(e.classes[truth].support));
  }
  return {"confusion", "Confusion matrix",
          fmt::format(kConfusionSection, fmt::arg("names", names), fmt::arg("rows", rows),
                      fmt::arg("confused", confused_note(e)))};
}

page::Section classes_section(const ReportInput& input) {
  const Evaluation& e = input.evaluation;
  std::string rows;
  for (const ClassScores& s : e.classes) rows += score_row(s);
  return {"classes", "Each class",
          fmt::format(kClassesSection, fmt::arg("rows", rows),
                      fmt::arg("averages", score_row(e.macro) + score_row(e.weighted)))};
}

}  // namespace giemsa::report
