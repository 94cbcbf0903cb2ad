#include <fmt/format.h>

#include "giemsa/core/text.h"
#include "giemsa/eval/report_numbers.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

void add_row(page::Table& table, const std::string& way, const char* names, const Evaluation& e) {
  if (e.count == 0) return;
  table.rows.push_back({way, names, share_cell(e.accuracy, e.interval.accuracy),
                        share_cell(e.balanced_accuracy, e.interval.balanced_accuracy),
                        share_cell(e.macro.f1, e.macro.interval.f1),
                        share_cell(e.roc_auc, e.interval.roc_auc), with_thousands(e.count)});
}

}  // namespace

Chapter laboratories_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  Chapter chapter("laboratories", "Another laboratory", figures);
  for (const LaboratorySummary& laboratory : input.laboratories) {
    chapter.heading(printable(laboratory.name, 300));
    std::vector<std::string> map;
    for (const auto& [theirs, ours] : laboratory.class_map)
      map.push_back(fmt::format("{} → {}", page::strong(theirs), ours.empty() ? "none" : page::strong(ours)));
    if (!map.empty()) {
      chapter.note(fmt::format("Its classes as ours: {}.{}", join(map, ", "),
                               laboratory.left_out > 0
                                   ? fmt::format(" {} of classes that the model does not know are left out.",
                                                 page::counted(laboratory.left_out, "picture", "pictures"))
                                   : ""));
    }
    page::Table table{
        .heads = {"Measured", "Names", "Accuracy", "Balanced", "Macro F1", "ROC AUC", "Pictures"},
        .rows = {},
        .words = {1}};
    for (const LaboratoryRow& row : laboratory.rows) {
      add_row(table, row.way, "shared", row.restricted);
      add_row(table, row.way, "all", row.free);
    }
    chapter.table(table);
    chapter.note(fmt::format(
        "In per cent. {}: only the classes that both have could be named. {}: every class of the model "
        "could be named, and naming one that the other laboratory has not is a mistake; such classes count "
        "as 0 in the macro average.",
        page::strong("Shared"), page::strong("All")));
  }
  return chapter;
}

}  // namespace giemsa::report
