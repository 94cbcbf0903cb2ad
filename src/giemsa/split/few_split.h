#pragma once
#include <cstdint>
#include <span>

#include "giemsa/split/split.h"

namespace giemsa {

/// How few pictures are chosen to learn from.
struct FewOptions {
  std::size_t per_class = 20;  ///< at most so many of each class of `match`; 0: all
  bool leaves_some = true;     ///< at least a quarter of each class, and one picture, unless all are learned
  std::uint64_t seed = 1;
};

/// A split for learning from few pictures: of each class that `match` names a seeded choice of the given records becomes the
/// train part, and the others the validation part. Records without label, or of a class that `match` has no
/// number ≥ 0 for, are in no part. The choice for a smaller per_class lies in that for a larger one. Throws
/// Data when there is nothing to choose from, or for a class of one picture of which some shall be left.
Split few_split(const Source& source, std::span<const std::size_t> records, std::span<const int> match,
                const FewOptions& options);

}  // namespace giemsa
