#pragma once
#include <span>
#include <vector>

namespace giemsa {

// Maps of saliency at the pixels of a square; all values are 0 or more.

/// Divides by the largest value; a map of zeros stays.
void scale_to_one(std::span<float> map);

/// What stands out of the map: each value less the map's median, cut at 0. Networks find a little that speaks
/// for a class everywhere, and that says nothing of a place.
void subtract_median(std::span<float> map);

/// The smallest share of the pixels that holds half of the map's sum; 0 for a map of zeros.
float half_mass_share(std::span<const float> map);

}  // namespace giemsa
