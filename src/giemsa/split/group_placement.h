#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "giemsa/split/units.h"

namespace giemsa {

/// Where each group goes, and what that leaves to the single records.
struct GroupPlacement {
  std::vector<std::size_t> part_of;               ///< one per group
  std::vector<std::vector<std::int64_t>> wanted;  ///< [class][part]: records below the share; negative: above
  std::vector<std::vector<bool>> empty;           ///< [class][part]: has a share, and no record yet

  /// Pairs of class and part that no single record is left for.
  std::int64_t without(const Units& units) const;
  /// Records above the shares.
  std::int64_t excess() const;
};

/// Gives each group a part, largest group first: one in which it leaves every class the chance to be in all
/// parts, and exceeds the shares least; of equal ones one at random, the likelier the more its classes are
/// wanted there. Groups may be put together in more ways than can be tried: of 64 such draws the best is
/// kept, and the first that exceeds nothing ends them.
GroupPlacement place_groups(const Units& units, std::span<const double> shares, std::uint64_t seed,
                            std::string_view purpose);

}  // namespace giemsa
