#pragma once
#include <cstddef>
#include <vector>

#include "giemsa/stats/feature_matrix.h"

namespace giemsa {

/// The common value of each feature and the size of a usual difference, both blind to 1 % of strays on either
/// side.
struct FeatureScales {
  std::vector<float> median, spread;  ///< [D]
};

/// Of up to 2,048 records, evenly chosen. The spread is the standard deviation between the 1st and the 99th
/// percentile, at least `least_spread`, and at least a tenth of what it is for half of the features: a
/// feature that is nearly constant is not magnified. Throws Data, naming record and feature, if any number of
/// `features` [N, D] (N, D ≥ 1) is not finite.
FeatureScales feature_scales(FeatureMatrix features, float least_spread);

/// (value − median) / spread, bent by tanh so that nothing lies further than six spreads out. [N, D]
std::vector<float> standardised(FeatureMatrix features, const FeatureScales& scales);

/// As many numbers per record as standardised features are reduced to when there are more than twice as many.
inline constexpr std::size_t kMostComponents = 64;
/// Standardised features on their kMostComponents principal directions, and the length of what those leave
/// out as one number more. [N, D] → [N, kMostComponents + 1]. By subspace iteration from a fixed start
/// (Halko, Martinsson, Tropp 2011), so the directions with nearly equal spread may be mixed; Mahalanobis
/// distances do not mind.
std::vector<float> reduced(FeatureMatrix features, const FeatureScales& scales);

}  // namespace giemsa
