#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/formats/stored_type.h"

namespace giemsa {

/// One tensor's place in the data of a safetensors file.
struct SafetensorsEntry {
  std::string name;
  StoredType type;
  std::vector<std::int64_t> shape;
  std::uint64_t begin, end;  ///< bytes
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  ///< in the order of their data, which they fill without gaps
  std::map<std::string, std::string> metadata;
};

/// Reads the JSON header of a file with `data_bytes` bytes of data. The text is read as it comes, without a
/// tree of it, and names at most 100,000 tensors and 10,000 metadata. Throws Model, beginning with `file`,
/// when it is no such header, or when a tensor's type, shape and offsets do not fit together or lie outside
/// the data.
SafetensorsHeader read_safetensors_header(std::string_view json, std::uint64_t data_bytes,
                                          const std::string& file);

}  // namespace giemsa
