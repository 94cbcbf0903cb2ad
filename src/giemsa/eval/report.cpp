#include "giemsa/eval/report.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa {
namespace {

constexpr const char* kKind = "Evaluation report";
constexpr const char* kFooter =
    "For research, not a medical device. The figures hold for pictures made like these: another microscope, "
    "stain or laboratory can lower them.";

using ChapterOf = report::Chapter (*)(const ReportInput&, const std::filesystem::path&);
constexpr ChapterOf kChapters[] = {
    report::data_chapter,    report::training_chapter,   report::confusion_chapter,
    report::classes_chapter, report::scores_chapter,     report::curves_chapter,
    report::trust_chapter,   report::robustness_chapter, report::laboratories_chapter,
    report::gallery_chapter, report::card_chapter,
};

void check(const ReportInput& input) {
  check_shape(input.predictions);
  const std::size_t k = input.predictions.classes.size(), n = input.predictions.size();
  const Evaluation& e = input.evaluation;
  bool fits = e.classes.size() == k && e.confusion.size() == k && e.curves.roc.size() == k &&
              e.curves.precision_recall.size() == k && (input.counts.empty() || input.counts.size() == k);
  for (const auto& row : e.confusion) fits = fits && row.size() == k;
  require(fits, ErrorKind::Internal,
          fmt::format(
              "[report] predictions of {} classes, evaluation of {}, a confusion matrix of {}, curves of {} "
              "and {}, counts of {}",
              k, e.classes.size(), e.confusion.size(), e.curves.roc.size(), e.curves.precision_recall.size(),
              input.counts.size()));
  if (!input.trust) return;
  const TrustSummary& trust = *input.trust;
  const std::size_t reasons = trust.abstention ? trust.abstention->reasons.size() : n;
  require(reasons == n, ErrorKind::Internal,
          fmt::format("[report] {} reasons to abstain for {} pictures", reasons, n));
  const std::size_t covered = trust.conformal ? trust.conformal->class_coverage.size() : 0;
  require(covered == 0 || covered == k, ErrorKind::Internal,
          fmt::format("[report] sets measured for {} classes of {}", covered, k));
}

}  // namespace

void write_report(const std::filesystem::path& folder, const ReportInput& input) {
  check(input);
  prepare_output_folder(folder);
  const std::string summary = report::summary(input);
  page::Page page{.kind = kKind,
                  .title = input.title,
                  .summary = page::as_html(summary),
                  .tiles = report::tiles(input.evaluation),
                  .sections = {},
                  .style = report::style(),
                  .footer = kFooter};
  std::string markdown =
      fmt::format("# {}\n\n{}\n\n", page::as_markdown(input.title), page::as_markdown(summary));
  for (const ChapterOf chapter_of : kChapters) {
    const report::Chapter chapter = chapter_of(input, folder / "figures");
    page.sections.push_back(chapter.section());
    markdown += chapter.markdown();
  }
  write_atomic(folder / "report.html", page::render(page));
  write_atomic(folder / "report.md", fmt::format("{}---\n\n{}\n", markdown, kFooter));
}

}  // namespace giemsa
