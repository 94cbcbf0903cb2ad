#include "giemsa/inspect/findings_of.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace giemsa {
namespace {

class FindingList {
 public:
  FindingList(const Inspection& inspection, std::span<const Record> records)
      : inspection_(inspection), records_(records), by_record_(records.size()) {}

  void add(std::size_t record, std::string_view reason, std::string evidence) {
    by_record_[record].push_back({records_[record].id, std::string(reason), std::move(evidence)});
  }

  const std::string& id(std::size_t record) const { return records_[record].id; }
  std::string label(std::size_t record) const {
    const int label = inspection_.labels[record];
    return label < 0 ? "nothing" : inspection_.classes[static_cast<std::size_t>(label)];
  }

  std::vector<Finding> take() {
    std::vector<Finding> all;
    for (auto& findings : by_record_) std::ranges::move(findings, std::back_inserter(all));
    return all;
  }

 private:
  const Inspection& inspection_;
  std::span<const Record> records_;
  std::vector<std::vector<Finding>> by_record_;
};

/// "monocyte (a.jpg), ig (b.jpg)" : one member for each label that is not `record`'s.
std::string other_labels(const DuplicateGroup& group, std::size_t record, const FindingList& list) {
  std::string text;
  std::map<std::string, bool> named{{list.label(record), true}};
  for (const Duplicate& member : group.members) {
    const std::string label = list.label(member.record);
    if (named.emplace(label, true).second)
      text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", label, list.id(member.record));
  }
  return text;
}

void add_duplicates(FindingList& list, const Inspection& inspection, const InspectOptions& options) {
  for (const DuplicateGroup& group : inspection.groups) {
    std::map<std::size_t, std::size_t> copies;  // of each content: first record → pictures
    for (const Duplicate& member : group.members)
      ++copies[member.likeness == Likeness::Near ? member.record : member.like];
    for (const Duplicate& member : group.members) {
      const bool near = member.likeness == Likeness::Near;
      if (group.conflicting)
        list.add(member.record, "conflicting_label",
                 fmt::format("labelled {}; also {}", list.label(member.record),
                             other_labels(group, member.record, list)));
      if (const std::size_t n = copies[near ? member.record : member.like];
          n >= static_cast<std::size_t>(options.repeated_from)) {
        list.add(member.record, "repeated", fmt::format("one of {} identical pictures", n));
      }
      if (member.like == member.record) continue;  // the one that the others are copies of
      list.add(member.record, likeness_name(member.likeness),
               near ? fmt::format("like {}, similarity {:.3f}", list.id(member.like), member.similarity)
                    : fmt::format("like {}", list.id(member.like)));
    }
  }
}

}  // namespace

std::vector<Finding> findings_of(const Inspection& inspection, std::span<const Record> records,
                                 const InspectOptions& options) {
  FindingList list(inspection, records);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (const auto& broken = inspection.pictures[i].broken) list.add(i, broken->reason, broken->evidence);
  }
  add_duplicates(list, inspection, options);
  for (const QualityFault& fault : find_quality_faults(inspection.pictures, options.quality))
    list.add(fault.record, fault.reason, fault.evidence);
  for (std::size_t row = 0; row < inspection.distinct.size(); ++row) {
    const std::size_t record = inspection.distinct[row];
    if (inspection.non_cells[row].flagged) {
      list.add(record, "non_cell", inspection.non_cells[row].evidence);
      continue;
    }
    if (inspection.outliers.records[row].outlier)
      list.add(record, "outlier", outlier_evidence(inspection.outliers, row, inspection.classes));
    if (inspection.label_doubts[row].flagged)
      list.add(record, "label_error",
               label_evidence(inspection.label_doubts[row], inspection.labels[record], inspection.classes));
  }
  return list.take();
}

}  // namespace giemsa
