#pragma once
#include <array>
#include <cstddef>

#include "giemsa/descriptors/fingerprint.h"

namespace giemsa {

/// A part of a picture: the shares of its sides that are cut off.
struct Window {
  float left = 0, right = 0, top = 0, bottom = 0;
};

/// Numbers by which pictures that may be near-duplicates are found among many.
inline constexpr std::size_t kCandidateFeatures = 101;
using CandidateFeatures = std::array<float, kCandidateFeatures>;

/// Shape and colours of what a window shows: low frequencies of its cosine transforms, joined so that flips
/// and quarter turns do not change them, then quantiles of brightness and colour, then the strength of edges.
/// All are smooth in the window, so that a window cut a little otherwise has nearly the same numbers.
CandidateFeatures candidate_features(const Fingerprint& picture, const Window& window);

}  // namespace giemsa
