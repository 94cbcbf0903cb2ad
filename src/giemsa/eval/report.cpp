#include "giemsa/eval/report.h"

#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/eval/report_parts.h"

namespace giemsa {
namespace report {

std::string per_cent_digits(double share) {
  return std::isfinite(share) ? fmt::format("{:.2f}", 100 * share) : "–";
}

std::string per_cent(double share) { return std::isfinite(share) ? per_cent_digits(share) + "\u00a0%" : "–"; }

std::string counted(std::int64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", with_thousands(count), count == 1 ? singular : plural);
}

}  // namespace report

namespace {

using namespace report;

void check(const ReportInput& input) {
  check_shape(input.predictions);
  const std::size_t k = input.predictions.classes.size();
  const Evaluation& e = input.evaluation;
  bool fits =
      e.classes.size() == k && e.confusion.size() == k && (input.counts.empty() || input.counts.size() == k);
  for (const auto& row : e.confusion) fits = fits && row.size() == k;
  require(fits, ErrorKind::Internal,
          fmt::format(
              "[report] predictions of {} classes, evaluation of {}, a confusion matrix of {}, counts of {}",
              k, e.classes.size(), e.confusion.size(), input.counts.size()));
}

std::string links(const std::vector<std::pair<const char*, std::string>>& sections) {
  std::string text;
  for (const auto& [id, html] : sections) {
    const std::size_t begin = html.find("<h2>"), end = html.find("</h2>");
    if (begin == std::string::npos) continue;
    text += fmt::format("<a href=\"#{}\">{}</a>\n", id, html.substr(begin + 4, end - begin - 4));
  }
  return text;
}

constexpr char kPage[] = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{headline}<nav aria-label="Sections">
{links}</nav>
<main>
{sections}</main>
<footer><p>For research, not a medical device. The figures hold for pictures made like these: another microscope, stain
or laboratory can lower them.</p><p>Made with giemsa.</p></footer>
</body>
</html>
)";

}  // namespace

void write_report(const std::filesystem::path& folder, const ReportInput& input) {
  check(input);
  prepare_output_folder(folder);
  const std::vector<std::pair<const char*, std::string>> sections{
      {"data", data_section(input)},           {"training", training_section(input, folder / "figures")},
      {"confusion", confusion_section(input)}, {"classes", classes_section(input)},
      {"mistakes", mistakes_section(input)},   {"card", card_section(input)},
  };
  std::string body;
  for (const auto& [id, html] : sections) body += html;
  write_atomic(folder / "report.html",
               fmt::format(kPage, fmt::arg("title", escape_html(input.title)), fmt::arg("style", style()),
                           fmt::arg("headline", headline(input)), fmt::arg("links", links(sections)),
                           fmt::arg("sections", body)));
}

}  // namespace giemsa
