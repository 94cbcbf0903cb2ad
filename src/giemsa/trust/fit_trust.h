#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "giemsa/stats/feature_matrix.h"
#include "giemsa/trust/trust.h"

namespace giemsa {

struct TrustOptions {
  std::string calibration = "temperature";  ///< temperature, vector or none
  double level = 0.95;                      ///< of the conformal sets
  double coverage = 0.98;                   ///< share of validation cells that are answered
  double familiar = 0.998;                  ///< share of them that is not called unlike the training pictures
  double usual = 0.9;                       ///< share of them that is not called unusual
};
/// Throws Usage for options that are unknown or out of range.
void check_options(const TrustOptions& options);

/// What a Trust is fitted from. Everything but the novelty's statistics is fitted on the validation part,
/// which the network has not seen.
struct TrustData {
  int classes = 0;                       ///< K
  std::span<const float> logits;         ///< [N, K], validation part
  std::span<const int> labels;           ///< [N] in [0, K)
  FeatureMatrix features;                ///< [N, D]; empty: no novelty
  FeatureMatrix training_features;       ///< [M, D]; empty: no novelty
  std::span<const int> training_labels;  ///< [M] in [0, K)
};

/// From so many validation pictures on a Trust is fitted.
inline constexpr std::size_t kLeastValidationPictures = 20;

/// Deterministic. A class without validation pictures shares the others' calibration; one without training
/// pictures has no centre, so its cells count as unlike unless they lie near another's. Throws Data for fewer
/// than kLeastValidationPictures, for labels outside and numbers that are not finite; Usage for options out
/// of range; Internal for shapes that do not fit.
Trust fit_trust(const TrustData& data, const TrustOptions& options = {});

/// How well a Trust does on pictures that it was not fitted on. The validation pictures are dealt into folds,
/// class by class, five times; each fold is judged by a Trust fitted on the others, and the figures are means
/// over the dealings. (The novelty's statistics come from the training part and are the same for all.)
struct TrustFigures {
  std::int64_t pictures = 0;
  int folds = 0;
  double accuracy = 0;
  double ece_before = 0, ece_after = 0;            ///< reliability.h, of plain softmax and calibrated
  double log_loss_before = 0, log_loss_after = 0;  ///< nats
  double level = 0;                                ///< of the sets
  double set_coverage = 0;                         ///< share of sets that hold the true class
  double set_size = 0;                             ///< mean
  double empty_sets = 0;                           ///< share
  double coverage = 0;                             ///< as chosen
  double answered = 0;                             ///< share
  double answered_accuracy = 0;                    ///< of what is answered; 0 where nothing is
  double unlike = 0, unsure = 0;                   ///< shares of what is not
};
/// folds: 2 to 100. Throws as fit_trust.
TrustFigures cross_fit(const TrustData& data, const TrustOptions& options = {}, int folds = 10,
                       std::uint64_t seed = 1);

}  // namespace giemsa
