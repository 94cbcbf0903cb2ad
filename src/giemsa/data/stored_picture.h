#pragma once
#include <string>

#include "giemsa/data/source.h"

namespace giemsa {

/// A picture as a file.
struct StoredPicture {
  Bytes bytes;
  std::string extension;  ///< with the dot, by what the bytes are; the source's where they are no picture
};

/// The bytes of a record as they lie in its file; a PNG where the source is an array. A broken file is stored
/// as it is. Throws Io when it cannot be read, Data when it is over the limit of DecodeLimits.
StoredPicture stored_picture(const Source& source, std::size_t index);

}  // namespace giemsa
