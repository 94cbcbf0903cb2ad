#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "giemsa/split/units.h"

namespace giemsa {

/// The part of each record, numbered as `shares` (which sum to 1; nothing goes to a part of share 0); -1 for
/// records without label. First the groups are placed (group_placement.h); then the single records of each
/// class fill every part up to its share, by largest remainder. What comes out depends on seed, `purpose`,
/// class names, ids and groups alone, not on the order of the records. Every class needs at least as many
/// units as there are parts; throws Data when groups of several classes leave a class without a record in
/// some part all the same.
std::vector<int> allot(const Source& source, std::span<const double> shares, const RecordGroups& groups,
                       std::uint64_t seed, std::string_view purpose);

}  // namespace giemsa
