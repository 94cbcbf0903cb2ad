#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/data/record_numbers.h"
#include "giemsa/split/groups.h"

namespace giemsa {

ListedGroups read_groups(const std::filesystem::path& csv, const Source& source) {
  const CsvTable table = CsvTable::read(csv);
  const std::size_t record_column = table.column("record"), group_column = table.column("group");
  const auto numbers = record_numbers(source);
  ListedGroups listed;
  std::unordered_map<std::string_view, std::size_t> position;  // of each group in the list
  for (const auto& row : table.rows()) {
    const auto found = numbers.find(row[record_column]);
    if (found == numbers.end()) {
      ++listed.unknown;
    } else if (!row[group_column].empty()) {
      const auto [group, fresh] = position.emplace(row[group_column], listed.together.size());
      if (fresh) listed.together.emplace_back();
      listed.together[group->second].push_back(found->second);
    }
  }
  require(
      table.rows().empty() || listed.unknown < table.rows().size(), ErrorKind::Data,
      fmt::format("[split] {}: none of its {} records is in the data set", csv.string(), table.rows().size()),
      source.records().empty() ? "" : "they look like '" + source.records()[0].id + "' here");
  for (auto& records : listed.together) std::ranges::sort(records);
  return listed;
}

}  // namespace giemsa
