#pragma once
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "giemsa/data/source.h"
#include "giemsa/split/split.h"

namespace giemsa {

/// A group as far as it is labelled; it is divided as one.
struct GroupUnit {
  std::string_view name;  ///< its smallest id
  std::vector<std::size_t> records;
  std::vector<std::pair<std::size_t, std::int64_t>> labels;  ///< (class, how many records), by class
};

/// What is to be divided: the labelled records of a source.
struct Units {
  std::vector<GroupUnit> groups;                  ///< of at least two labelled records
  std::vector<std::vector<std::size_t>> singles;  ///< [class]: the others, sorted by id
};
Units find_units(const Source& source, const RecordGroups& groups);

/// What there is of one class.
struct ClassUnits {
  std::size_t records = 0;
  std::size_t units = 0;  ///< groups that hold some of them, and single records
};
/// One per class of the source.
std::vector<ClassUnits> count_units(const Units& units);

}  // namespace giemsa
