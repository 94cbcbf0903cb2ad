#include "giemsa/duplicates/candidate_space.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Eigenvalues>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/random.h"
#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;

constexpr std::size_t kChanges = 2'000;      // changed copies to learn from
constexpr std::size_t kMaxPictures = 2'000;  // that B is estimated from
constexpr float kMaxCut = 0.1f;              // of each side
constexpr double kMaxLight = 0.12;           // brightness and contrast times 1 ± this
constexpr Window kMeanCut{0.05f, 0.05f, 0.05f, 0.05f};
constexpr double kInside = 0.99;  // share of the changed copies that lie inside the radius …
constexpr double kMargin = 1.3;   // … and a margin for changes that are not tried, such as compression

std::uint8_t level(double value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)); }

/// The picture under other light, clipped as a camera or a program clips it.
Fingerprint relit(const Fingerprint& picture, double brightness, double contrast) {
  double mean = 0;
  for (const auto luma : picture.luma) mean += luma;
  mean *= brightness / picture.luma.size();
  constexpr int kCell = kFingerprintPx / kFingerprintColourPx;
  Fingerprint lit;
  for (int cell = 0; cell < kFingerprintColourPx * kFingerprintColourPx; ++cell) {
    const double cb = picture.colour[0][cell] - 128.0, cr = picture.colour[1][cell] - 128.0;
    double sum_cb = 0, sum_cr = 0;
    for (int k = 0; k < kCell * kCell; ++k) {
      const int y = cell / kFingerprintColourPx * kCell + k / kCell;
      const int x = cell % kFingerprintColourPx * kCell + k % kCell;
      const double luma = picture.luma[y * kFingerprintPx + x];
      std::array rgb{luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb};
      for (double& value : rgb)
        value = std::clamp(mean + contrast * (std::clamp(value * brightness, 0.0, 255.0) - mean), 0.0, 255.0);
      const double new_luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
      lit.luma[y * kFingerprintPx + x] = level(new_luma);
      sum_cb += (rgb[2] - new_luma) / 1.772;
      sum_cr += (rgb[0] - new_luma) / 1.402;
    }
    lit.colour[0][cell] = level(128 + sum_cb / (kCell * kCell));
    lit.colour[1][cell] = level(128 + sum_cr / (kCell * kCell));
  }
  return lit;
}

CandidateFeatures changed_features(const Fingerprint& picture, std::size_t change) {
  Random random({fnv1a("near_duplicates.change"), change});
  const auto cut = [&] { return random.uniform(0.f, kMaxCut); };
  const auto factor = [&] { return random.uniform(1 - kMaxLight, 1 + kMaxLight); };
  const Window window{cut(), cut(), cut(), cut()};
  const double brightness = factor(), contrast = factor();
  return candidate_features(relit(picture, brightness, contrast), window);
}

Eigen::Map<const Eigen::Matrix<float, Index{kCandidateFeatures}, 1>> vector_of(
    const CandidateFeatures& features) {
  return Eigen::Map<const Eigen::Matrix<float, Index{kCandidateFeatures}, 1>>(features.data());
}

GIEMSA_VECTOR_CLONES CandidatePlace project(const CandidateFeatures& features, const CandidateFeatures& mean,
                                            const std::array<CandidatePlace, kCandidateFeatures>& axes) {
  CandidatePlace place{};
  for (std::size_t f = 0; f < kCandidateFeatures; ++f) {
    const float value = features[f] - mean[f];
    for (std::size_t d = 0; d < kCandidateDimensions; ++d) place[d] += value * axes[f][d];
  }
  return place;
}

}  // namespace

CandidateSpace::CandidateSpace(std::span<const Fingerprint* const> pictures, int threads) {
  require(!pictures.empty(), ErrorKind::Internal, "[inspect] no pictures to learn from");
  // Evenly through the set.
  const std::size_t count = std::min(pictures.size(), kMaxPictures);
  const auto chosen = [&](std::size_t i) -> const Fingerprint& {
    return *pictures[i * pictures.size() / count];
  };
  MatrixXd whole(kCandidateFeatures, count), change(kCandidateFeatures, kChanges);
  std::vector<CandidateFeatures> copies(kChanges);
  parallel_for(count, threads, [&](std::size_t i) {
    whole.col(Index(i)) = vector_of(candidate_features(chosen(i), {})).cast<double>();
  });
  parallel_for(kChanges, threads, [&](std::size_t i) {
    const Fingerprint& picture = chosen(i * count / kChanges);
    copies[i] = changed_features(picture, i);
    change.col(Index(i)) =
        (vector_of(copies[i]) - vector_of(candidate_features(picture, kMeanCut))).cast<double>();
  });
  const VectorXd mean = whole.rowwise().mean();
  whole.colwise() -= mean;
  const MatrixXd between = whole * whole.transpose() / double(count);
  MatrixXd within = change * change.transpose() / double(kChanges);
  // Features that hardly change, by chance of the sample or by rounding, must not be trusted beyond measure.
  within.diagonal() += 1e-3 * within.diagonal() + 1e-4 * between.diagonal();
  within.diagonal().array() += 1e-4;

  const Eigen::GeneralizedSelfAdjointEigenSolver<MatrixXd> solver(between, within);
  for (std::size_t f = 0; f < kCandidateFeatures; ++f) {
    mean_[f] = static_cast<float>(mean(Index(f)));
    for (std::size_t d = 0; d < kCandidateDimensions; ++d)  // in order of rising λ, so the last come first
      axes_[f][d] = static_cast<float>(solver.eigenvectors()(Index(f), Index(kCandidateFeatures - 1 - d)));
  }

  std::vector<float> distances(kChanges);
  parallel_for(kChanges, threads, [&](std::size_t i) {
    const CandidatePlace copy = place(copies[i]);
    float nearest = std::numeric_limits<float>::max();
    for (const Window& view : kCandidateViews) {
      const CandidatePlace seen = place(candidate_features(chosen(i * count / kChanges), view));
      float sum = 0;
      for (std::size_t d = 0; d < kCandidateDimensions; ++d) sum += (copy[d] - seen[d]) * (copy[d] - seen[d]);
      nearest = std::min(nearest, sum);
    }
    distances[i] = std::sqrt(nearest);
  });
  const auto quantile = distances.begin() + static_cast<std::ptrdiff_t>(kInside * (kChanges - 1));
  std::ranges::nth_element(distances, quantile);
  radius_ = static_cast<float>(kMargin * *quantile);
}

CandidatePlace CandidateSpace::place(const CandidateFeatures& features) const {
  return project(features, mean_, axes_);
}

}  // namespace giemsa
