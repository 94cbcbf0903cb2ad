#pragma once
#include <optional>

#include "giemsa/data/source.h"

namespace giemsa {

/// Loads one record. A broken picture gives nothing and its finding instead: "corrupt" (Data: the bytes are
/// no whole picture) or "unreadable" (Io: the bytes cannot be had). Other errors are not the picture's and
/// pass through.
std::optional<Image> load_or_find(const Source& source, std::size_t index, std::optional<Finding>& finding);

}  // namespace giemsa
