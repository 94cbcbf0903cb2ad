#include "giemsa/tune/fold_splits.h"

#include "giemsa/core/random.h"
#include "giemsa/data/subset.h"
#include "giemsa/split/folds.h"

namespace giemsa {
namespace {

/// The same groups, of some of the records.
RecordGroups groups_within(const RecordGroups& groups, const std::vector<std::size_t>& records) {
  RecordGroups within;
  if (groups.of.empty()) return within;
  within.count = groups.count;
  for (const std::size_t record : records) within.of.push_back(groups.of[record]);
  return within;
}

}  // namespace

std::vector<Split> fold_splits(const Source& source, int folds, double val_share, std::uint64_t seed,
                               const RecordGroups& groups) {
  std::vector<Split> splits = make_folds(source, folds, seed, groups);
  for (std::size_t fold = 0; fold < splits.size(); ++fold) {
    const std::vector<std::size_t> rest = splits[fold].members(Part::Train);
    std::vector<SubsetRecord> records;
    for (const std::size_t record : rest) records.push_back({record, source.records()[record].label});
    const auto others = subset(source, records);
    const Split inner =
        make_split(*others, {1 - val_share, val_share, 0}, mix64(seed ^ mix64(fnv1a("fold's val") ^ fold)),
                   groups_within(groups, rest));
    for (Part& part : splits[fold].parts) {
      if (part == Part::Val) part = Part::Test;
    }
    for (std::size_t i = 0; i < rest.size(); ++i) splits[fold].parts[rest[i]] = inner.parts[i];
  }
  return splits;
}

}  // namespace giemsa
