#include "giemsa/plant/truth.h"

#include <fmt/format.h>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

PlantKind parse_kind(const std::string& name, const std::string& file) {
  for (std::size_t k = 0; k < kPlantKindCount; ++k) {
    if (name == kind_name(static_cast<PlantKind>(k))) return static_cast<PlantKind>(k);
  }
  throw Error(ErrorKind::Data, fmt::format("[plant] {}: unknown kind '{}'", file, printable(name)));
}

}  // namespace

std::string truth_text(const std::vector<TruthRow>& rows) {
  std::string text;
  append_csv_row(text, {"path", "label", "true_label", "kind", "original", "detail", "source"});
  for (const TruthRow& row : rows) {
    append_csv_row(text, {row.path, row.label, row.true_label, std::string(kind_name(row.kind)), row.original,
                          row.detail, row.source});
  }
  return text;
}

std::vector<TruthRow> read_truth(const std::filesystem::path& csv) {
  const CsvTable table = CsvTable::read(csv);
  const std::size_t path = table.column("path"), label = table.column("label"),
                    true_label = table.column("true_label"), kind = table.column("kind"),
                    original = table.column("original"), detail = table.column("detail"),
                    source = table.column("source");
  std::vector<TruthRow> rows;
  rows.reserve(table.rows().size());
  for (const auto& row : table.rows()) {
    rows.push_back({row[path], row[label], row[true_label], parse_kind(row[kind], csv.string()),
                    row[original], row[detail], row[source]});
  }
  return rows;
}

}  // namespace giemsa
