#include "giemsa/split/allotment.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/split/group_placement.h"

namespace giemsa {
namespace {

/// How many single records of a class each part gets: what is wanted, less what the groups took too much.
/// That is taken from where most is wanted, and never the last record that a part would have.
std::vector<std::size_t> single_sizes(const std::vector<std::int64_t>& wanted, const std::vector<bool>& empty,
                                      std::size_t singles) {
  std::vector<std::int64_t> sizes;
  for (const std::int64_t records : wanted) sizes.push_back(std::max<std::int64_t>(records, 0));
  std::vector<std::size_t> parts(sizes.size());
  std::iota(parts.begin(), parts.end(), std::size_t{0});
  auto sum = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  for (; sum > static_cast<std::int64_t>(singles); --sum) {
    --sizes[*std::ranges::max_element(parts, {}, [&](std::size_t p) { return sizes[p] - empty[p]; })];
  }
  return {sizes.begin(), sizes.end()};
}

}  // namespace

std::vector<int> allot(const Source& source, std::span<const double> shares, const RecordGroups& groups,
                       std::uint64_t seed, std::string_view purpose) {
  Units units = find_units(source, groups);
  const GroupPlacement placement = place_groups(units, shares, seed, purpose);
  std::vector<int> parts(source.records().size(), -1);
  for (std::size_t g = 0; g < units.groups.size(); ++g) {
    for (const std::size_t i : units.groups[g].records) parts[i] = static_cast<int>(placement.part_of[g]);
  }
  for (std::size_t k = 0; k < units.singles.size(); ++k) {
    auto& singles = units.singles[k];
    const std::string& name = source.classes()[k];
    require(static_cast<std::size_t>(std::ranges::count(placement.empty[k], true)) <= singles.size(),
            ErrorKind::Data,
            fmt::format("[split] class '{}' is missing in a part: groups that hold it and other classes "
                        "cannot be divided",
                        name),
            "fewer parts or folds, another seed, or more pictures of that class");
    const auto sizes = single_sizes(placement.wanted[k], placement.empty[k], singles.size());
    Random random({seed, fnv1a(purpose), fnv1a(name)});
    random.shuffle(std::span(singles));
    auto next = singles.begin();
    for (std::size_t p = 0; p < shares.size(); ++p) {
      for (std::size_t n = 0; n < sizes[p]; ++n) parts[*next++] = static_cast<int>(p);
    }
  }
  return parts;
}

}  // namespace giemsa
