#pragma once
#include <optional>
#include <vector>

#include "giemsa/trust/fit_trust.h"

namespace giemsa {

// The steps of fit_trust, for cross_fit, which takes the last one once for each fold.

/// Validation pictures, and how novel they are.
struct ValidationPart {
  std::vector<float> logits;     ///< [N, K]
  std::vector<int> labels;       ///< [N]
  std::vector<float> novelties;  ///< [N]; empty without features
};

/// Checks all of `data` and `options`; nothing without training features.
std::optional<Novelty> novelty_of(const TrustData& data, const TrustOptions& options);

ValidationPart validation_part(const TrustData& data, const std::optional<Novelty>& novelty);

/// All of a Trust but its novelty.
Trust fit_on_part(const ValidationPart& part, int classes, const TrustOptions& options);

}  // namespace giemsa
