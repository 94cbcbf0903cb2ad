#include "giemsa/split/units.h"

#include <algorithm>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

GroupUnit make_unit(std::span<const Record> records, std::vector<std::size_t> members) {
  GroupUnit unit{records[members[0]].id, std::move(members), {}};
  std::vector<std::size_t> classes;
  for (const std::size_t i : unit.records) {
    unit.name = std::min<std::string_view>(unit.name, records[i].id);
    classes.push_back(static_cast<std::size_t>(records[i].label));
  }
  std::ranges::sort(classes);
  for (const std::size_t k : classes) {
    if (unit.labels.empty() || unit.labels.back().first != k) unit.labels.emplace_back(k, 0);
    ++unit.labels.back().second;
  }
  return unit;
}

}  // namespace

Units find_units(const Source& source, const RecordGroups& groups) {
  const auto records = source.records();
  require(groups.of.empty() || groups.of.size() == records.size(), ErrorKind::Internal,
          "[split] groups of another source");
  Units units{{}, std::vector<std::vector<std::size_t>>(source.classes().size())};
  std::vector<std::vector<std::size_t>> members(groups.count);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].label < 0) continue;
    const bool alone = groups.of.empty() || groups.of[i] < 0;
    (alone ? units.singles[static_cast<std::size_t>(records[i].label)]
           : members[static_cast<std::size_t>(groups.of[i])])
        .push_back(i);
  }
  for (auto& list : members) {
    if (list.size() == 1) units.singles[static_cast<std::size_t>(records[list[0]].label)].push_back(list[0]);
    if (list.size() >= 2) units.groups.push_back(make_unit(records, std::move(list)));
  }
  for (auto& list : units.singles)
    std::ranges::sort(list, {}, [&](std::size_t i) -> const std::string& { return records[i].id; });
  return units;
}

std::vector<ClassUnits> count_units(const Units& units) {
  std::vector<ClassUnits> counts;
  for (const auto& list : units.singles) counts.push_back({list.size(), list.size()});
  for (const GroupUnit& unit : units.groups) {
    for (const auto& [k, count] : unit.labels) {
      counts[k].records += static_cast<std::size_t>(count);
      ++counts[k].units;
    }
  }
  return counts;
}

}  // namespace giemsa
