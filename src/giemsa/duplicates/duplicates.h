#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "giemsa/descriptors/picture_facts.h"
#include "giemsa/duplicates/near_duplicates.h"

namespace giemsa {

/// How alike pictures are.
enum class Likeness { File, Pixels, Near };
/// "identical_file", "identical_pixels", "near_duplicate".
std::string_view likeness_name(Likeness likeness);

/// One member of a group, and how it is tied to another, an earlier one where there is one.
struct Duplicate {
  std::size_t record = 0;
  std::size_t like = 0;                ///< the member that it is like; itself for the first of the group
  Likeness likeness = Likeness::File;  ///< to `like`
  float similarity = 1;                ///< to `like`, 0…1; 1 for identical ones
};

/// Pictures of one thing: identical ones, and those that near pairs join to them. A record is in one group at
/// most.
struct DuplicateGroup {
  std::vector<Duplicate> members;  ///< by record, at least two
  bool conflicting = false;        ///< they do not all carry the same label

  /// The loosest tie in it.
  Likeness likeness() const;
  std::vector<std::size_t> records() const;
};

/// For each record the first one with the same pixels; broken records are their own.
std::vector<std::size_t> first_of_identical(std::span<const PictureFacts> pictures);

/// The first record of each content, ascending; broken ones are left out.
std::vector<std::size_t> distinct_pictures(std::span<const PictureFacts> pictures);

/// Groups in the order of their first records. `near` counts in records. `labels[i]` is -1 for none, which
/// contradicts nothing.
std::vector<DuplicateGroup> group_duplicates(std::span<const PictureFacts> pictures,
                                             std::span<const int> labels, std::span<const NearPair> near);

/// Both searches: identical pictures, and near-duplicates among the different ones.
std::vector<DuplicateGroup> find_duplicates(std::span<const PictureFacts> pictures,
                                            std::span<const int> labels, const NearDuplicateOptions& options,
                                            const ProgressCallback& progress);

/// Looks at every picture of a source, and gives the records of each group; broken pictures are in none.
std::vector<std::vector<std::size_t>> duplicates_in(const Source& source, const NearDuplicateOptions& options,
                                                    const ProgressCallback& progress);

}  // namespace giemsa
