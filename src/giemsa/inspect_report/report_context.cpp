#include "giemsa/inspect_report/report_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/inspect_report/report_reasons.h"
#include "giemsa/page/parts.h"

namespace giemsa::inspection_report {

Context::Context(const InspectionReportInput& report_input)
    : input(report_input), inspection(*report_input.inspection) {
  const std::size_t count = input.records.size();
  const std::size_t distinct = inspection.distinct.size();
  bool fits = inspection.pictures.size() == count && inspection.labels.size() == count;
  for (const std::size_t analysed :
       {inspection.outliers.records.size(), inspection.non_cells.size(), inspection.label_doubts.size()}) {
    fits = fits && (analysed == 0 || analysed == distinct);
  }
  for (const std::size_t record : inspection.distinct) fits = fits && record < count;
  for (const DuplicateGroup& group : inspection.groups) {
    for (const Duplicate& member : group.members) fits = fits && std::max(member.record, member.like) < count;
  }
  for (const int label : inspection.labels)
    fits = fits && label < static_cast<int>(inspection.classes.size());
  require(fits, ErrorKind::Internal,
          fmt::format("[inspection report] the inspection is not one of {} records", count));

  first = first_of_identical(inspection.pictures);
  found.assign(count, false);
  row.resize(count);
  for (std::size_t r = 0; r < distinct; ++r) row[inspection.distinct[r]] = r;
  copies.assign(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    row[i] = row[first[i]];
    ++copies[first[i]];
  }
  disputed_.assign(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    copies[i] = copies[first[i]];
    if (inspection.labels[i] != inspection.labels[first[i]]) disputed_[first[i]] = true;
  }
  std::unordered_map<std::string_view, std::size_t> by_id;
  for (std::size_t i = 0; i < count; ++i) by_id.emplace(input.records[i].id, i);
  for (std::size_t f = 0; f < inspection.findings.size(); ++f) {
    const auto record = by_id.find(inspection.findings[f].record);
    by_reason[inspection.findings[f].reason].push_back(f);
    record_of_.push_back(record == by_id.end() ? std::nullopt : std::optional(record->second));
    if (record != by_id.end()) found[record->second] = true;
  }
}

std::string Context::label(std::size_t record) const {
  const int label = inspection.labels[record];
  return label < 0 ? "no label" : page::outside(inspection.classes[static_cast<std::size_t>(label)]);
}

std::string Context::content_label(std::size_t record) const {
  return disputed_[first[record]] ? "several labels" : label(record);
}

std::string Context::note(std::string_view word) const {
  const Reason* reason = find_reason(word);
  if (reason == nullptr) return "";
  const std::string done = cleaning(*reason, input.clean);
  return escape_html(reason->meaning) + (done.empty() ? "" : fmt::format(" <b>{}</b>", escape_html(done)));
}

}  // namespace giemsa::inspection_report
