#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/duplicates/candidate_features.h"

namespace giemsa {

inline constexpr std::size_t kCandidateDimensions = 32;
using CandidatePlace = std::array<float, kCandidateDimensions>;

/// How much less of a picture its near-duplicates may show: every picture is looked for under these windows.
/// One of them lies close enough to every crop of up to a tenth of each side.
inline constexpr std::array<Window, 2> kCandidateViews{{{0, 0, 0, 0}, {.08f, .08f, .08f, .08f}}};

/// A space in which a picture lies close to its changed copies and far from other pictures.
///
/// The set itself teaches it: some of its pictures are cut and lit a little otherwise, which gives the
/// covariance W of the features over changes, against the covariance B over pictures. The axes are the
/// leading solutions of B v = λ W v (Fisher's discriminant with every picture as a class of its own), scaled
/// so that changes spread by 1 along each.
class CandidateSpace {
 public:
  /// The same pictures in another order give another, equally good space. At least one picture.
  explicit CandidateSpace(std::span<const Fingerprint* const> pictures, int threads = 0);

  CandidatePlace place(const CandidateFeatures& features) const;
  /// How far a changed copy may lie from the nearest view of its picture.
  float radius() const { return radius_; }

 private:
  CandidateFeatures mean_{};
  std::array<CandidatePlace, kCandidateFeatures> axes_{};
  float radius_ = 0;
};

}  // namespace giemsa
