#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/options.h"
#include "giemsa/descriptors/appearance.h"

namespace giemsa {

struct NonCellOptions {
  double sigmas = 5;  ///< how far beyond what is usual in the set, on a logarithmic scale, a picture must lie
};
void describe(OptionVisitor& visit, NonCellOptions& options);

/// Whether one picture is of the kind that the set consists of.
struct NonCellScore {
  float score = 0;  ///< how far beyond what is usual, as a part of the limit; below 0 for half of the set
  bool flagged = false;  ///< score > 1: not of this kind
  std::string evidence;  ///< half a sentence for the flagged ones, else empty
};

/// From so many pictures on one can tell what they have in common; with fewer none is flagged.
inline constexpr std::size_t kLeastPicturesForNonCells = 50;

/// Which pictures are not of the kind that the set consists of at all (photographs, noise, blank fields,
/// text, fields of red cells only), as opposed to rare cells: those that lie far beyond the bulk of the set
/// (by a robust Mahalanobis distance, robust_bulk.h) and also far from their nearest neighbours among the
/// others (company.h), which the far end of a class that the set does have does not. Labels are not asked,
/// since junk carries any of them. Finds its way past about 5 % of junk. Pass distinct pictures only: one
/// that is repeated hundreds of times makes a kind of its own.
std::vector<NonCellScore> find_non_cells(std::span<const Appearance> appearances,
                                         const NonCellOptions& options = {});

}  // namespace giemsa
