#pragma once
#include <array>
#include <span>

#include "giemsa/duplicates/placement.h"
#include "giemsa/duplicates/plane.h"

namespace giemsa {

/// Tells at a glance whether pictures could fit onto a part of a picture, and turned which way.
///
/// A picture that fits but for a small shift, stretch and change of light lies close to the space that the
/// part and its derivatives by these span (the tangent distance of Simard, LeCun and Denker 1993). So its
/// correlation with that space is about the one that alignment would reach, for five products of planes.
class FirstLook {
 public:
  static constexpr int kPx = 16, kCoarsePx = 8;
  static constexpr std::size_t kMostTurns = 2;

  /// The part of `base` under a picture placed so.
  FirstLook(const Plane<kPx>& base, const Placement& placement);

  struct Turn {
    Symmetry symmetry = Symmetry::None;
    Plane<kPx> plane;
  };
  /// The symmetries, best first, by which `upper` could be turned to fit, with the planes so turned, kept in
  /// `room`. None where either picture has no structure.
  std::span<const Turn> turns(const Plane<kPx>& upper, std::array<Turn, kMostTurns>& room) const;

 private:
  static constexpr int kTangents = 5;
  std::array<Plane<kPx>, kTangents> tangents_;           ///< orthonormal, each of mean 0
  std::array<Plane<kCoarsePx>, kSymmetryCount> coarse_;  ///< the part turned back from each symmetry
};

}  // namespace giemsa
