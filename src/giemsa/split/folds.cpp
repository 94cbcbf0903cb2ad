#include "giemsa/split/folds.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/split/allotment.h"

namespace giemsa {
namespace {

constexpr int kMostFolds = 100;

void check_units(const Source& source, const RecordGroups& groups, int folds, bool test) {
  const auto needed = static_cast<std::size_t>(folds) + test;
  const auto counts = count_units(find_units(source, groups));
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const auto& [records, units] = counts[k];
    if (units >= needed) continue;
    const std::size_t possible = units - std::min<std::size_t>(test, units);
    throw Error(
        ErrorKind::Data,
        fmt::format("[split] class '{}' has {} records{}; {} folds{} need at least {}", source.classes()[k],
                    records, units < records ? fmt::format(" in {} groups", units) : "", folds,
                    test ? " and a test part" : "", needed),
        possible >= 2 ? fmt::format("--folds {}", possible)
                      : "add pictures of that class, or leave the class out");
  }
}

}  // namespace

SplitRatios fold_ratios(int folds, double test_share) {
  const double fold = (1 - test_share) / folds;
  return {1 - test_share - fold, fold, test_share};
}

std::vector<Split> make_folds(const Source& source, int folds, std::uint64_t seed, const RecordGroups& groups,
                              double test_share) {
  require(folds >= 2 && folds <= kMostFolds, ErrorKind::Usage,
          fmt::format("[split] {} folds; 2 to {} are possible", folds, kMostFolds));
  require(test_share >= 0 && test_share < 1, ErrorKind::Usage,
          fmt::format("[split] a test share of {}; a number from 0 to below 1 is expected", test_share),
          "0.1 holds out a tenth");
  const bool test = test_share > 0;
  check_units(source, groups, folds, test);
  std::vector<double> shares(static_cast<std::size_t>(folds), fold_ratios(folds, test_share).val);
  if (test) shares.push_back(test_share);
  const std::vector<int> fold_of = allot(source, shares, groups, seed, "folds");

  std::vector<Split> splits(static_cast<std::size_t>(folds));
  for (int fold = 0; fold < folds; ++fold) {
    for (const int of : fold_of) {
      splits[static_cast<std::size_t>(fold)].parts.push_back(of < 0        ? Part::None
                                                             : of == fold  ? Part::Val
                                                             : of == folds ? Part::Test
                                                                           : Part::Train);
    }
  }
  return splits;
}

}  // namespace giemsa
