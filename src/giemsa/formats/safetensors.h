#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "giemsa/formats/host_tensor.h"
#include "giemsa/formats/stored_type.h"

namespace giemsa {

/// What a safetensors file holds. Aligned F32 tensors lie in the mapped file: they keep it open, and with the
/// last copy of a tensor its pages leave memory.
struct SafetensorsFile {
  StateDict tensors;
  std::map<std::string, std::string> metadata;
  std::vector<std::string> order;                   ///< the tensors' names, as their data lies in the file
  std::map<std::string, std::string> stored_types;  ///< "F32", "BF16", … by tensor
};

/// Opens a safetensors file (huggingface/safetensors: u64 header length, JSON header, data without holes).
/// F16, BF16, F64, integers and BOOL are converted to fp32. Everything is checked before use: header size (at
/// most 16 MB, for at most 100,000 tensors), shapes against sizes, offsets inside the file, in order, without
/// gaps or overlaps. Throws Io when unreadable, Model when malformed or of a type other than those.
SafetensorsFile read_safetensors(const std::filesystem::path& path);
/// The same of a file in memory, out of which all tensors are copied; `name` is for errors.
SafetensorsFile read_safetensors(std::span<const std::uint8_t> bytes, const std::string& name);

/// A tensor as it lies in a file: little-endian values in C order.
struct StoredTensor {
  StoredType type = StoredType::F32;
  std::vector<std::int64_t> shape;
  std::span<const std::uint8_t> bytes;
};

/// Writes tensors, sorted by name, atomically; the data begins at a multiple of 64 bytes. Throws Io; Internal
/// when bytes do not fit type and shape.
void write_stored_tensors(const std::filesystem::path& path,
                          const std::map<std::string, StoredTensor>& tensors,
                          const std::map<std::string, std::string>& metadata);
/// Writes fp32 tensors, sorted by name, atomically; the data begins at a multiple of 64 bytes.
void write_safetensors(const std::filesystem::path& path, const StateDict& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace giemsa
