#pragma once
#include "giemsa/descriptors/fingerprint.h"
#include "giemsa/duplicates/candidate_features.h"
#include "giemsa/duplicates/first_look.h"
#include "giemsa/duplicates/placement.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {

/// How one picture fits onto another.
struct Fit {
  float similarity = 0;                ///< 0…1
  Symmetry symmetry = Symmetry::None;  ///< how the upper picture is to be turned first
};

/// Lays pictures over a base, where they show about the part inside a window: those that could fit at a first
/// look, turned as they could (first_look.h), are moved and stretched until the grey pictures agree best
/// (lucas_kanade.h, from coarse to fine).
///
/// Similarity is the geometric mean of two correlations of the grey pictures where they overlap, as they are
/// and without what is coarser than their details (which tells one round cell from another), less what the
/// colours there differ by. It is 0 as soon as a coarse look rules the fit out, where less than 60 %
/// overlaps, and for a picture without any structure: a blank field has nothing that could fit.
class Fitter {
 public:
  /// Keeps a reference to the base.
  Fitter(const Fingerprint& base, const Window& window);

  Fit fit(const Fingerprint& upper) const;

 private:
  const Fingerprint& base_;
  Placement start_;
  Plane<FirstLook::kPx> middle_;
  FirstLook first_look_;
};

}  // namespace giemsa
