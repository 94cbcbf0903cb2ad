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

}  // namespace giemsa
