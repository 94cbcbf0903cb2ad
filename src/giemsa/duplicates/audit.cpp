#include "giemsa/duplicates/audit.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace giemsa {
namespace {

/// Labels of both sets, numbered by class name.
std::vector<int> labels_by_name(const Source& a, const Source& b) {
  std::map<std::string, int> numbers;
  std::vector<int> labels;
  for (const Source* source : {&a, &b}) {
    for (const Record& record : source->records()) {
      if (record.label < 0) {
        labels.push_back(-1);
        continue;
      }
      const std::string& name = source->classes()[static_cast<std::size_t>(record.label)];
      labels.push_back(numbers.emplace(name, static_cast<int>(numbers.size())).first->second);
    }
  }
  return labels;
}

}  // namespace

Leakage find_leakage(const Source& a, const Source& b, const NearDuplicateOptions& options,
                     const ProgressCallback& progress) {
  Leakage leakage;
  leakage.count_a = a.records().size();
  leakage.count_b = b.records().size();
  const std::vector<PictureFacts> pictures = look_at_pictures(std::array{&a, &b}, progress);
  for (const Source* source : {&a, &b})
    leakage.unusable.insert(leakage.unusable.end(), source->findings().begin(), source->findings().end());
  for (const PictureFacts& facts : pictures) {
    if (facts.broken) leakage.unusable.push_back(*facts.broken);
  }

  leakage.groups = find_duplicates(pictures, labels_by_name(a, b), options, {});
  std::erase_if(leakage.groups, [&](const DuplicateGroup& group) {
    return group.members.back().record < leakage.count_a || group.members.front().record >= leakage.count_a;
  });
  for (const DuplicateGroup& group : leakage.groups) {
    for (const Duplicate& member : group.members)
      ++(member.record < leakage.count_a ? leakage.leaked_a : leakage.leaked_b);
  }
  return leakage;
}

std::vector<DuplicateGroup> leaks_between_parts(const std::vector<DuplicateGroup>& groups,
                                                const std::vector<Part>& parts) {
  std::vector<DuplicateGroup> leaks;
  for (const DuplicateGroup& group : groups) {
    std::set<Part> seen;
    for (const Duplicate& member : group.members) seen.insert(parts.at(member.record));
    seen.erase(Part::None);
    if (seen.size() > 1) leaks.push_back(group);
  }
  return leaks;
}

}  // namespace giemsa
