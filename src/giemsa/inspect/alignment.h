#pragma once
#include <array>

#include "giemsa/inspect/candidate_features.h"
#include "giemsa/inspect/fingerprint.h"
#include "giemsa/inspect/symmetry.h"

namespace giemsa {

/// How one picture fits onto another.
struct Fit {
  float similarity = 0;                ///< 0…1
  Symmetry symmetry = Symmetry::None;  ///< how `turned` is to be turned first
};

/// Lays `turned` over `base`, where it shows about the part inside `window`: tries the eight symmetries, then
/// moves and stretches it until the grey pictures agree best (Lucas and Kanade 1981, from coarse to fine,
/// sides stretched separately, brightness and contrast left open).
///
/// Similarity is the geometric mean of two correlations of the grey pictures where they overlap, as they are
/// and without what is coarser than their details (which tells one round cell from another), less what the
/// colours there differ by. It is 0 as soon as a coarse look rules the fit out, where less than 60 %
/// overlaps, and for a picture without any structure: a blank field has nothing that could fit.
Fit best_fit(const Fingerprint& base, const Window& window, const Fingerprint& turned);

}  // namespace giemsa
