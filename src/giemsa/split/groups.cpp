#include "giemsa/split/groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "giemsa/core/error.h"
#include "giemsa/core/joined_sets.h"

namespace giemsa {

RecordGroups join_groups(std::span<const Record> records,
                         const std::vector<std::vector<std::size_t>>& together) {
  JoinedSets sets(records.size());
  for (const auto& list : together) {
    for (const std::size_t record : list) {
      require(record < records.size(), ErrorKind::Internal,
              fmt::format("[split] a group holds record {} of {}", record, records.size()));
      sets.join(list.front(), record);
    }
  }
  std::unordered_map<std::string_view, std::size_t> first_of_subject;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!records[i].subject.empty())
      sets.join(first_of_subject.emplace(records[i].subject, i).first->second, i);
  }

  RecordGroups groups;
  groups.of.assign(records.size(), -1);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::size_t first = sets.first_of(i);
    if (first == i) continue;
    if (groups.of[first] < 0) groups.of[first] = 0;  // numbered below, in order
    groups.of[i] = 0;
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (groups.of[i] < 0) continue;
    const std::size_t first = sets.first_of(i);
    groups.of[i] = first == i ? static_cast<std::int64_t>(groups.count++) : groups.of[first];
  }
  return groups;
}

std::vector<std::vector<std::size_t>> straddling_groups(const Split& split, const RecordGroups& groups) {
  require(groups.of.empty() || groups.of.size() == split.parts.size(), ErrorKind::Internal,
          "[split] groups of another source");
  std::vector<std::vector<std::size_t>> members(groups.count);
  for (std::size_t i = 0; i < groups.of.size(); ++i) {
    if (groups.of[i] >= 0 && split.parts[i] != Part::None) {
      members[static_cast<std::size_t>(groups.of[i])].push_back(i);
    }
  }
  std::erase_if(members, [&](const std::vector<std::size_t>& records) {
    return std::ranges::all_of(records,
                               [&](std::size_t i) { return split.parts[i] == split.parts[records.front()]; });
  });
  return members;
}

}  // namespace giemsa
