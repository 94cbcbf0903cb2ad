#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/stats/feature_matrix.h"

namespace giemsa {

/// How unlike the pictures that a network was trained on a picture is: the Mahalanobis distance of its
/// features, at unit length (arXiv 2505.18032), to the nearest class, by one covariance for all classes. That
/// covariance is the one of probabilistic principal components (Tipping, Bishop 1999): exact along `axes`,
/// the same in all other directions, where what is no cell stands out most (as in ViM, arXiv 2203.10807).
/// docs/trust.md compares it with others.
struct Novelty {
  std::size_t features = 0;      ///< D
  std::size_t axes = 0;          ///< P, at most D
  std::size_t classes = 0;       ///< C: of those that had training pictures
  std::vector<float> mean;       ///< [D], of all training pictures
  std::vector<float> axis;       ///< [P, D], orthonormal: where training pictures spread most
  std::vector<float> whitening;  ///< [P, P], upper: what lies along the axes · whitening has unit covariance
  std::vector<float> centres;    ///< [C, P]: the classes' means, so whitened
  float rest_scale = 0;          ///< 1 / the variance in each direction off the axes; 0 where there is none

  /// The root of the mean square over all D directions, in standard deviations of the training pictures: near
  /// 1 for those. Finite for finite features. Thread-safe; allocates only when a thread first asks.
  float score(std::span<const float> picture_features) const;
};

/// Most axes. With fewer than four training pictures for each, there are fewer.
inline constexpr std::size_t kMostAxes = 128;

/// features: [M, D], labels: [M] in [0, K), M ≥ 2. Throws Data for a label outside and for a feature that is
/// not finite, Internal for shapes that do not fit.
Novelty fit_novelty(FeatureMatrix features, std::span<const int> labels, int classes);

}  // namespace giemsa
