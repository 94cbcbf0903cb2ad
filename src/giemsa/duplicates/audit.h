#pragma once
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/duplicates/duplicates.h"

namespace giemsa {

/// What two sets of pictures share. A record of B has the number of A's records added to its own.
struct Leakage {
  std::size_t count_a = 0, count_b = 0;    ///< records of each
  std::vector<Finding> unusable;           ///< what could not be listed or read, and is not compared
  std::vector<DuplicateGroup> groups;      ///< those with members on both sides
  std::size_t leaked_a = 0, leaked_b = 0;  ///< records of each side in those groups
};

/// Finds pictures of A that are in B too, identical or nearly (duplicates.h). Labels are compared by class
/// name.
Leakage find_leakage(const Source& a, const Source& b, const NearDuplicateOptions& options,
                     const ProgressCallback& progress);

/// The same between parts of one split: groups with members in more than one part. Records in no part do not
/// count.
std::vector<DuplicateGroup> leaks_between_parts(const std::vector<DuplicateGroup>& groups,
                                                const std::vector<Part>& parts);

}  // namespace giemsa
