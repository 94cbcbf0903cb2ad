#pragma once
#include <memory>
#include <vector>

#include "giemsa/data/source.h"

namespace giemsa {

/// Some records of another source, and perhaps under other labels.
struct SubsetRecord {
  std::size_t record = 0;  ///< number in the other source
  int label = -1;          ///< index into its classes; -1: none
};

/// A source of those records, in that order, with the other's classes, ids and pixels. `source` must outlive
/// it. Throws Internal for a record or label that `source` has not.
std::unique_ptr<Source> subset(const Source& source, const std::vector<SubsetRecord>& records);

}  // namespace giemsa
