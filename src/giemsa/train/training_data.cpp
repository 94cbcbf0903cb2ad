#include "giemsa/train/training_data.h"

#include <algorithm>
#include <map>

namespace giemsa {

LoaderSource TrainingData::part(const Source& source, Part wanted) const {
  LoaderSource loader{crops, split.members(wanted), {}, preprocess};
  for (const std::size_t record : loader.records) loader.labels.push_back(source.records()[record].label);
  return loader;
}

Split choose_split(const Source& source, const DataOptions& options, std::uint64_t seed) {
  if (!options.split.empty()) return read_split(options.split, source);
  const auto records = source.records();
  const bool has_own = std::any_of(records.begin(), records.end(),
                                   [](const Record& record) { return record.official != Part::None; });
  return has_own ? official_split(source) : make_split(source, parse_ratios(options.ratios), seed);
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
  return {source.classes(), std::move(split), std::move(findings), std::move(crops), preprocess};
}

}  // namespace giemsa
