#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/inspect_report/report.h"

namespace giemsa::inspection_report {

/// The input with what several parts of the page ask of it.
class Context {
 public:
  /// Throws Internal when records and inspection do not fit together.
  explicit Context(const InspectionReportInput& report_input);

  const InspectionReportInput& input;
  const Inspection& inspection;
  /// By record: the first one with the same pixels, and its row in Inspection::distinct (none if broken).
  std::vector<std::size_t> first;
  std::vector<std::optional<std::size_t>> row;
  /// By record: how many have the same pixels, itself included.
  std::vector<std::size_t> copies;
  /// The positions of the findings with each reason.
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_reason;
  /// By record: whether there is any finding.
  std::vector<bool> found;

  /// The record that a finding is about; none where it is about something else, e.g. the whole set.
  std::optional<std::size_t> record_of(std::size_t finding) const { return record_of_[finding]; }
  bool has(std::string_view reason) const { return by_reason.contains(reason); }
  /// The label of a record as HTML.
  std::string label(std::size_t record) const;
  /// The same for all records with its pixels: "several labels" where they do not agree.
  std::string content_label(std::size_t record) const;
  /// What heads the pictures of one reason, as HTML: its meaning, and what cleaning does. `word` may be
  /// unknown.
  std::string note(std::string_view word) const;

 private:
  std::vector<bool> disputed_;  ///< by record: its pixels stand in the set under several labels
  std::vector<std::optional<std::size_t>> record_of_;
};

}  // namespace giemsa::inspection_report
