#pragma once
#include <string>
#include <utility>
#include <vector>

namespace giemsa {

/// Class names that are probably two spellings of one: "Monocyte" and "monocyte", "neutrophil " and
/// "neutrophil", "band cell" and "band_cell". Equal but for ASCII case, white space at either end, and
/// spaces,
/// '_' and '-' inside. Each later spelling is paired with the first one in the list.
std::vector<std::pair<std::string, std::string>> similar_class_names(const std::vector<std::string>& classes);

}  // namespace giemsa
