#include "giemsa/data/findings.h"

#include "giemsa/core/csv.h"
#include "giemsa/core/file.h"

namespace giemsa {

void write_findings(const std::filesystem::path& csv, const std::vector<Finding>& findings) {
  std::string text;
  append_csv_row(text, {"record", "reason", "evidence"});
  for (const auto& finding : findings)
    append_csv_row(text, {finding.record, finding.reason, finding.evidence});
  write_atomic(csv, text);
}

std::vector<Finding> read_findings(const std::filesystem::path& csv) {
  const CsvTable table = CsvTable::read(csv);
  const std::size_t record = table.column("record"), reason = table.column("reason"),
                    evidence = table.column("evidence");
  std::vector<Finding> findings;
  for (const auto& row : table.rows()) findings.push_back({row[record], row[reason], row[evidence]});
  return findings;
}

}  // namespace giemsa
