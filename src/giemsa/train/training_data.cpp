#include "giemsa/train/training_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "giemsa/core/error.h"
#include "giemsa/split/groups.h"

namespace giemsa {

LoaderSource TrainingData::part(const Source& source, Part wanted) const {
  LoaderSource loader{crops, split.members(wanted), {}, preprocess};
  for (const std::size_t record : loader.records) loader.labels.push_back(source.records()[record].label);
  return loader;
}

namespace {

/// A split that was not made here must not divide what belongs together. `what` and `hint` are for the error.
void check_groups(const Split& split, const Source& source, const RecordGroups& groups, const char* what,
                  const char* hint) {
  const auto straddling = straddling_groups(split, groups);
  if (straddling.empty()) return;
  const auto& group = straddling.front();
  const auto other = std::ranges::find_if(
      group, [&](std::size_t i) { return split.parts[i] != split.parts[group.front()]; });
  throw Error(
      ErrorKind::Data,
      fmt::format("[train] {} {} in more than one part of the split, such as '{}' in {} and '{}' in {}",
                  straddling.size(), what, source.records()[group.front()].id,
                  part_name(split.parts[group.front()]), source.records()[*other].id,
                  part_name(split.parts[*other])),
      hint);
}

}  // namespace

Split choose_split(const Source& source, const DataOptions& options, std::uint64_t seed,
                   const std::function<void(const std::string&)>& say) {
  ListedGroups listed;
  if (!options.groups.empty()) {
    listed = read_groups(options.groups, source);
    if (say) {
      say(fmt::format("{} groups in {}; {} of its records are not in the data set", listed.together.size(),
                      options.groups, listed.unknown));
    }
  }
  const bool has_own = std::ranges::any_of(
      source.records(), [](const Record& record) { return record.official != Part::None; });
  if (options.split.empty() && !has_own) {
    return make_split(source, parse_ratios(options.ratios), seed,
                      join_groups(source.records(), listed.together));
  }
  Split split = options.split.empty() ? official_split(source) : read_split(options.split, source);
  check_groups(split, source, join_groups(source.records(), {}), "subjects have pictures",
               "make the split with giemsa split, which keeps the pictures of a subject together");
  check_groups(split, source, join_groups(source.records(), listed.together),
               "groups of data.groups have pictures",
               "make the split with giemsa split --groups, or leave data.groups empty");
  return split;
}

TrainingData prepare_training_data(const Source& source, Split split, const DataOptions& options,
                                   const Preprocess& preprocess, const std::filesystem::path& cache_file,
                                   const ProgressCallback& progress) {
  check_split(split, source);
  std::vector<std::size_t> needed = split.members(Part::Train);
  const std::vector<std::size_t> val = split.members(Part::Val);
  needed.insert(needed.end(), val.begin(), val.end());
  std::sort(needed.begin(), needed.end());
  auto [crops, findings] = CropCache::build(
      source, needed, preprocess, options.cache == "file" ? cache_file : std::filesystem::path(), progress);
  if (!findings.empty()) {
    std::map<std::string, std::size_t> number;
    for (const std::size_t record : needed) number[source.records()[record].id] = record;
    for (const Finding& finding : findings) split.parts[number.at(finding.record)] = Part::None;
    check_split(split, source);
  }
  findings.insert(findings.begin(), source.findings().begin(), source.findings().end());
  return {source.classes(), std::move(split), std::move(findings), std::move(crops), preprocess};
}

}  // namespace giemsa
