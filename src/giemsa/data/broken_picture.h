#pragma once
#include <optional>
#include <string>

#include "giemsa/core/error.h"
#include "giemsa/data/source.h"

namespace giemsa {

/// What is wrong with a picture, by the error of loading it: "corrupt" (Data: the bytes are no whole picture)
/// or "unreadable" (Io: the bytes cannot be had). Rethrows the error in flight when it is of another kind, as
/// such are not the picture's. Call it in a catch block.
Finding picture_finding(const Error& error, std::string record);

/// "unlabelled", for a record that is left out where every picture has a class.
Finding unlabelled_finding(const Record& record);

/// Loads one record. A broken picture gives nothing and its finding instead; other errors pass through.
std::optional<Image> load_or_find(const Source& source, std::size_t index, std::optional<Finding>& finding);

}  // namespace giemsa
