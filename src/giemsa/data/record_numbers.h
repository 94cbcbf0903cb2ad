#pragma once
#include <cstddef>
#include <string_view>
#include <unordered_map>

#include "giemsa/data/source.h"

namespace giemsa {

/// Numbers of the source's records by id and, where that differs, by path. Refers to the source's text.
std::unordered_map<std::string_view, std::size_t> record_numbers(const Source& source);

}  // namespace giemsa
