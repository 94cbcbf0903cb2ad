#pragma once
#include <span>
#include <string>

#include "giemsa/run/recipes.h"

namespace giemsa {

/// The search spaces that the program carries: the files of recipes/search/, compiled in; sorted by name.
std::span<const Recipe> search_spaces();

/// The text of a space: a file ending in .toml, or a name of search_spaces(). Throws Usage, with the nearest
/// name.
std::string load_space(const std::string& name_or_file);

}  // namespace giemsa
