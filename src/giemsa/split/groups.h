#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "giemsa/data/source.h"
#include "giemsa/split/split.h"

namespace giemsa {

/// Joins what has to stay together: the records of each list of `together` (copies of one picture, say), and
/// all records of one subject. Lists that share a record become one group. Groups are numbered from 0 in the
/// order of their first records.
RecordGroups join_groups(std::span<const Record> records,
                         const std::vector<std::vector<std::size_t>>& together);

/// What a file of groups says about a source.
struct ListedGroups {
  std::vector<std::vector<std::size_t>> together;  ///< the records of each group, ascending
  std::size_t unknown = 0;                         ///< rows that name no record of the source
};
/// Reads `record,group[,…]`, as the duplicates.csv of an inspection: a record's id or path, and any word that
/// names its group, "" for none. Rows may name records that the source lacks, as after cleaning; throws Data
/// when all of them do.
ListedGroups read_groups(const std::filesystem::path& csv, const Source& source);

/// The groups that leak from one part of a split into another: of each such group its records that are in a
/// part, ascending; groups in order of their number.
std::vector<std::vector<std::size_t>> straddling_groups(const Split& split, const RecordGroups& groups);

}  // namespace giemsa
