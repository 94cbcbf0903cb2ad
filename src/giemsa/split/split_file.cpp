#include <fmt/format.h>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/data/record_numbers.h"
#include "giemsa/split/split.h"

namespace giemsa {

Split read_split(const std::filesystem::path& csv, const Source& source) {
  const CsvTable table = CsvTable::read(csv);
  const std::size_t path_column = table.column("path"), part_column = table.column("split");
  const auto label_column = table.find_column("label");
  const auto numbers = record_numbers(source);
  const auto records = source.records();

  Split split;
  split.parts.assign(records.size(), Part::None);
  for (std::size_t r = 0; r < table.rows().size(); ++r) {
    const auto& row = table.rows()[r];
    const std::string& path = row[path_column];
    const auto fail = [&](const std::string& problem, const std::string& hint) {
      throw Error(ErrorKind::Data,
                  fmt::format("[split] {}, record {}: '{}' {}", csv.string(), r + 1, path, problem), hint);
    };
    const auto found = numbers.find(path);
    if (found == numbers.end()) {
      fail("is not in the data set", records.empty() ? "" : "paths look like '" + records[0].id + "' here");
    }
    const std::size_t record = found->second;
    const std::string own_label = source.class_name(records[record].label);
    if (label_column && row[*label_column] != own_label) {
      fail(fmt::format("is labelled '{}' there and '{}' in the data set", row[*label_column], own_label),
           "correct one of the two");
    }
    const Part part = parse_part(row[part_column], fmt::format("{}, record {}", csv.string(), r + 1));
    Part& known = split.parts[record];
    if (known != Part::None && known != part) {
      fail(fmt::format("is in two parts, {} and {}", part_name(known), row[part_column]), "name it once");
    }
    known = part;
  }
  check_split(split, source);
  return split;
}

void write_split(const std::filesystem::path& csv, const Split& split, const Source& source) {
  const auto records = source.records();
  require(split.parts.size() == records.size(), ErrorKind::Internal, "[split] made for another source");
  std::string text;
  append_csv_row(text, {"path", "label", "split"});
  for (std::size_t i = 0; i < records.size(); ++i) {
    append_csv_row(text, {records[i].id, source.class_name(records[i].label), part_name(split.parts[i])});
  }
  write_atomic(csv, text);
}

}  // namespace giemsa
