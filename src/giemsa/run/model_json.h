#pragma once
#include <string>
#include <string_view>

#include "giemsa/run/model_file.h"

namespace giemsa {

/// The text of model.json: all of the model but its weights, its members and its trust.
std::string model_json(const Model& model);

/// Reads it back; an ensemble has empty members then, as many as it was written with. Throws Model for what
/// is malformed or out of bounds.
Model parse_model_json(std::string_view text);

}  // namespace giemsa
