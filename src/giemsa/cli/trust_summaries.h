#pragma once
#include <optional>

#include "giemsa/cli/answered_pictures.h"
#include "giemsa/eval/trust_summary.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// What the model's trust did for some pictures, for the report; nothing where the model was never
/// calibrated. fitted_on_these: it was calibrated on these pictures.
std::optional<TrustSummary> summarise_trust(const Model& model, const AnsweredPictures& answered,
                                            bool fitted_on_these);

}  // namespace giemsa
