#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/data/source.h"

namespace giemsa {

/// Which record belongs to which part.
struct Split {
  std::vector<Part> parts;  ///< one per record of the source

  /// Numbers of the records of one part, ascending.
  std::vector<std::size_t> members(Part part) const;
};

/// Shares of train, validation and test; any positive numbers, they are normalised. Report AXON: 81/9/10.
struct SplitRatios {
  double train = 81, val = 9, test = 10;
};
/// "81/9/10" or "80/20" (no test part). Throws Usage on anything else.
SplitRatios parse_ratios(const std::string& text);
/// Train, val and test as parts of 1. Throws Usage unless train and val are positive and test is not
/// negative.
std::array<double, 3> shares_of(const SplitRatios& ratios);

/// Which records have to stay together; join_groups (groups.h) makes it.
struct RecordGroups {
  std::vector<std::int64_t> of;  ///< one per record: number of its group, -1 alone; no entries: all alone
  std::size_t count = 0;         ///< of groups
};

/// Stratified and seeded; no group is divided. Within each class the shares hold to within one record
/// (largest remainder), except that every part gets at least one record, and except where the groups do not
/// allow it: they always do when a class has (parts - 1) times as many single records as its largest group
/// and its groups hold no other class. Otherwise the groups are placed as well as 64 draws find
/// (group_placement.h), and groups of one class exceed no share by their largest or more. A record's part
/// depends on seed, class name, ids and groups alone. Records without label get Part::None. Throws Data when
/// a class has fewer records, or sits in fewer groups, than there are parts.
Split make_split(const Source& source, const SplitRatios& ratios, std::uint64_t seed,
                 const RecordGroups& groups = {});

/// The split that the source itself names (MedMNIST, manifest column). Throws Data when it names none.
Split official_split(const Source& source);

/// Reads `path,label,split[,…]` and matches it to the source by path (or id). Records that the file does not
/// name get Part::None. Throws Data for a path that the source lacks, a record in two parts, a label that
/// contradicts the source, a class that is in only one part, or an empty train or val part.
Split read_split(const std::filesystem::path& csv, const Source& source);

/// Writes `path,label,split` in record order, atomically.
void write_split(const std::filesystem::path& csv, const Split& split, const Source& source);

/// SHA-256 over (id, label, part) of every record: names the split whatever file it came from.
std::string split_hash(const Split& split, const Source& source);

/// Rejects what cannot be trained or measured on: an empty train or val part, or a class that occurs in only
/// one part of those that are not empty, naming class and part. Throws Data.
void check_split(const Split& split, const Source& source);

/// Records per class and part: counts[class][part], parts in the order train, val, test.
std::vector<std::array<std::size_t, 3>> count_split(const Split& split, const Source& source);

/// Where a split is farthest from the shares that were asked for.
struct Deviation {
  double records = 0;     ///< more (positive) or fewer than the share of the class
  std::size_t label = 0;  ///< the class
  Part part = Part::None;
};
Deviation largest_deviation(const Split& split, const Source& source, const SplitRatios& ratios);

}  // namespace giemsa
