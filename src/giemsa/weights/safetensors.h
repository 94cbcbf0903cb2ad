#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "giemsa/weights/state_dict.h"

namespace giemsa {

/// What a safetensors file holds. The tensors lie in the mapped file; they keep it open.
struct SafetensorsFile {
  StateDict tensors;
  std::map<std::string, std::string> metadata;
};

/// Opens a safetensors file (huggingface/safetensors: u64 header length, JSON header, data without holes).
/// Everything is checked before use: header size (at most 100 MB), shapes against sizes, offsets inside the
/// file, in order, without gaps or overlaps. Throws Io when unreadable, Model when malformed or of a type
/// other than F32.
SafetensorsFile read_safetensors(const std::filesystem::path& path);

/// Writes fp32 tensors, sorted by name, atomically; the data begins at a multiple of 64 bytes.
void write_safetensors(const std::filesystem::path& path, const StateDict& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace giemsa
