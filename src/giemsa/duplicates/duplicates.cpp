#include "giemsa/duplicates/duplicates.h"

#include <algorithm>
#include <map>
#include <optional>

#include "giemsa/core/joined_sets.h"

namespace giemsa {

std::string_view likeness_name(Likeness likeness) {
  switch (likeness) {
    case Likeness::File:
      return "identical_file";
    case Likeness::Pixels:
      return "identical_pixels";
    case Likeness::Near:
      return "near_duplicate";
  }
  return "";
}

Likeness DuplicateGroup::likeness() const {
  return std::ranges::max(members, {}, &Duplicate::likeness).likeness;
}

std::vector<std::size_t> DuplicateGroup::records() const {
  std::vector<std::size_t> records;
  for (const Duplicate& member : members) records.push_back(member.record);
  return records;
}

std::vector<std::size_t> first_of_identical(std::span<const PictureFacts> pictures) {
  std::vector<std::size_t> first(pictures.size());
  std::map<ContentHash, std::size_t> seen;
  for (std::size_t i = 0; i < pictures.size(); ++i)
    first[i] = pictures[i].broken ? i : seen.emplace(pictures[i].pixels, i).first->second;
  return first;
}

std::vector<std::size_t> distinct_pictures(std::span<const PictureFacts> pictures) {
  const std::vector<std::size_t> first = first_of_identical(pictures);
  std::vector<std::size_t> distinct;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!pictures[i].broken && first[i] == i) distinct.push_back(i);
  }
  return distinct;
}

std::vector<DuplicateGroup> group_duplicates(std::span<const PictureFacts> pictures,
                                             std::span<const int> labels, std::span<const NearPair> near) {
  const std::vector<std::size_t> first = first_of_identical(pictures);
  JoinedSets sets(pictures.size());
  for (std::size_t i = 0; i < first.size(); ++i) sets.join(first[i], i);
  std::map<std::size_t, Duplicate> ties;  // each picture's best pair: earlier pictures before later ones
  const auto tie = [&](std::size_t record, std::size_t like, float similarity) {
    const Duplicate fresh{record, like, Likeness::Near, similarity};
    const auto [old, added] = ties.emplace(record, fresh);
    const auto rank = [](const Duplicate& d) { return std::pair(d.like < d.record, d.similarity); };
    if (!added && rank(fresh) > rank(old->second)) old->second = fresh;
  };
  for (const NearPair& pair : near) {
    sets.join(pair.a, pair.b);
    tie(pair.a, pair.b, pair.similarity);
    tie(pair.b, pair.a, pair.similarity);
  }

  std::map<std::size_t, DuplicateGroup> by_first;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    Duplicate member{.record = i, .like = i};
    if (first[i] != i) {
      const bool same_file = pictures[i].stored == pictures[first[i]].stored;
      member.like = first[i];
      member.likeness = same_file ? Likeness::File : Likeness::Pixels;
    } else if (const auto near_tie = ties.find(i); near_tie != ties.end() && sets.first_of(i) != i) {
      member = near_tie->second;
    }
    by_first[sets.first_of(i)].members.push_back(member);
  }

  std::vector<DuplicateGroup> groups;
  for (auto& [first_record, group] : by_first) {
    if (group.members.size() < 2) continue;
    std::optional<int> label;
    for (const Duplicate& member : group.members) {
      const int own = labels[member.record];
      if (own < 0) continue;
      group.conflicting |= label.value_or(own) != own;
      label = own;
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<DuplicateGroup> find_duplicates(std::span<const PictureFacts> pictures,
                                            std::span<const int> labels, const NearDuplicateOptions& options,
                                            const ProgressCallback& progress) {
  const std::vector<std::size_t> distinct = distinct_pictures(pictures);
  std::vector<const Fingerprint*> fingerprints;
  for (const std::size_t record : distinct) fingerprints.push_back(&pictures[record].fingerprint);
  std::vector<NearPair> near = find_near_duplicates(fingerprints, options, progress);
  for (NearPair& pair : near) {
    pair.a = distinct[pair.a];
    pair.b = distinct[pair.b];
  }
  return group_duplicates(pictures, labels, near);
}

std::vector<std::vector<std::size_t>> duplicates_in(const Source& source, const NearDuplicateOptions& options,
                                                    const ProgressCallback& progress) {
  const auto pictures = look_at_pictures(source, progress);
  std::vector<int> labels;
  for (const Record& record : source.records()) labels.push_back(record.label);
  std::vector<std::vector<std::size_t>> lists;
  for (const DuplicateGroup& group : find_duplicates(pictures, labels, options, {}))
    lists.push_back(group.records());
  return lists;
}

}  // namespace giemsa
