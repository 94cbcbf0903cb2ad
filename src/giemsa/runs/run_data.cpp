#include "giemsa/runs/run_data.h"

#include "giemsa/core/csv.h"

namespace giemsa {

namespace fs = std::filesystem;

RunData read_run_data(const fs::path& folder) {
  RunData data;
  if (fs::exists(folder / "split.csv")) {
    data.parts = {{"train", 0}, {"val", 0}, {"test", 0}};
    const CsvTable split = CsvTable::read(folder / "split.csv");
    const std::size_t column = split.column("split");
    for (const auto& row : split.rows()) {
      for (auto& [part, count] : data.parts) count += row[column] == part;
    }
  }
  if (fs::exists(folder / "findings.csv"))
    data.findings = CsvTable::read(folder / "findings.csv").rows().size();
  if (fs::exists(folder / "classes.csv")) {
    const CsvTable classes = CsvTable::read(folder / "classes.csv");
    data.classes = {.heads = classes.header(), .rows = classes.rows()};
  }
  return data;
}

}  // namespace giemsa
