#pragma once
#include <span>
#include <string_view>

namespace giemsa {

/// A recipe that the program carries: a file of recipes/, compiled in.
struct Recipe {
  std::string_view name, toml;
};

/// All of them, sorted by name.
std::span<const Recipe> recipes();

}  // namespace giemsa
