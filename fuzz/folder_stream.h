#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa::fuzz {

// The files of a model folder as one stream of bytes, each as
//   u32 size of the file; 0: there is none
//   u16 how many of its first bytes follow; the others are zero
//   these bytes
// so that the weights of a whole network, which are zero, take no room that a fuzzer would waste its time on.

inline constexpr const char* kModelFiles[] = {"model.json", "trust.json", "trust.safetensors",
                                              "weights.safetensors", "memory.safetensors"};
inline constexpr std::uint32_t kMostFileBytes = 4 << 20;

/// Writes the files of a stream into `folder`; what the stream lacks is absent.
inline void unpack_folder(std::span<const std::uint8_t> stream, const std::filesystem::path& folder) {
  const auto take = [&](std::size_t count) {
    const auto taken = stream.first(std::min(count, stream.size()));
    stream = stream.subspan(taken.size());
    return taken;
  };
  const auto number = [&](std::size_t bytes) {
    std::uint32_t value = 0;
    const auto taken = take(bytes);
    std::memcpy(&value, taken.data(), taken.size());
    return value;
  };
  for (const char* name : kModelFiles) {
    const std::filesystem::path path = folder / name;
    std::filesystem::remove(path);
    const std::uint32_t size = std::min(number(4), kMostFileBytes);
    const auto first = take(std::min(number(2), size));
    if (size == 0) continue;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(first.data()), static_cast<std::streamsize>(first.size()));
    std::filesystem::resize_file(path, size);
  }
}

/// The stream of a folder whose files end in zeros after at most 65,535 bytes.
inline std::string pack_folder(const std::filesystem::path& folder) {
  std::string stream;
  const auto append = [&](std::uint32_t value, std::size_t bytes) {
    stream.append(reinterpret_cast<const char*>(&value), bytes);
  };
  for (const char* name : kModelFiles) {
    const bool is_there = std::filesystem::exists(folder / name);
    const std::string text = is_there ? read_text(folder / name, kMostFileBytes) : std::string();
    const std::size_t kept = text.find_last_not_of('\0') + 1;
    require(kept < 1 << 16, ErrorKind::Internal, name + std::string(" does not end in zeros"));
    append(static_cast<std::uint32_t>(text.size()), 4);
    append(static_cast<std::uint32_t>(kept), 2);
    stream.append(text, 0, kept);
  }
  return stream;
}

}  // namespace giemsa::fuzz
