#pragma once
#include <string>

#include "giemsa/run/model_file.h"

namespace giemsa {

/// The text of card.md: what the model is, how it was made, what it is for and where its limits are.
std::string model_card(const Model& model);

}  // namespace giemsa
