#pragma once
#include <cstdint>
#include <filesystem>

#include "giemsa/onnx/onnx_model.h"

namespace giemsa {

/// Most bytes of an ONNX file: readers take it for one message of protocol buffers, whose size is an int32.
inline constexpr std::uint64_t kMostOnnxBytes = 0x7fffffff;

/// Writes an ONNX file in one step and gives its size in bytes. Throws Model when it would be too large, Io
/// when it cannot be written.
std::uint64_t write_onnx(const std::filesystem::path& path, const OnnxModel& model);

}  // namespace giemsa
