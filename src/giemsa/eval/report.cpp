#include "giemsa/eval/report.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/eval/report_parts.h"

namespace giemsa {
namespace {

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

}  // namespace

void write_report(const std::filesystem::path& folder, const ReportInput& input) {
  check(input);
  prepare_output_folder(folder);
  const page::Page page{
      .kind = "Evaluation report",
      .title = input.title,
      .summary = report::summary(input),
      .tiles = report::tiles(input.evaluation),
      .sections = {report::data_section(input), report::training_section(input, folder / "figures"),
                   report::confusion_section(input), report::classes_section(input),
                   report::mistakes_section(input), report::card_section(input)},
      .style = report::style(),
      .footer =
          "For research, not a medical device. The figures hold for pictures made like these: another "
          "microscope, stain or laboratory can lower them.",
  };
  write_atomic(folder / "report.html", page::render(page));
}

}  // namespace giemsa
