#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "giemsa/core/options.h"
#include "giemsa/core/progress.h"
#include "giemsa/descriptors/fingerprint.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {

/// Two pictures that show the same.
struct NearPair {
  std::size_t a = 0, b = 0;            ///< positions in the list searched; a < b
  float similarity = 0;                ///< 0…1: how well one fits onto the other
  Symmetry symmetry = Symmetry::None;  ///< how b must be turned to fit onto a

  bool operator==(const NearPair&) const = default;
};

struct NearDuplicateOptions {
  double similarity = 0.918;    ///< least similarity of a pair
  std::int64_t neighbours = 5;  ///< pictures compared closely with each view of a picture, at most
  int threads = 0;              ///< 0: one per processor; does not change the result
};

/// [near_duplicates]
void describe(OptionVisitor& visit, NearDuplicateOptions& options);

/// Pairs of pictures that are the same but for encoding, size, proportions, a tenth cut from any side, flips,
/// quarter turns, a little light, or all of that; enough pairs to tie each group of near-duplicates together,
/// not every pair of a large group. Sorted by a, then b.
///
/// For each picture, and for what remains of it when its sides are cut, the nearest pictures are found in a
/// space learnt from the set itself (candidate_space.h) and laid over it (alignment.h). Work grows a little
/// faster than the number of pictures, memory with it (about 350 bytes each). Blank pictures are in no pair.
/// Pictures of equal fingerprints may take each other's place; give each picture once. Apart from that the
/// result depends neither on the order of the pictures nor on threads. progress: pictures looked at, of all.
/// Throws Usage for an option out of range.
std::vector<NearPair> find_near_duplicates(std::span<const Fingerprint* const> pictures,
                                           const NearDuplicateOptions& options = {},
                                           const ProgressCallback& progress = {});

}  // namespace giemsa
