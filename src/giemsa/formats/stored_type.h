#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace giemsa {

/// The types of number in which files store tensors.
enum class StoredType { F32, F16, BF16, F64, I64, I32, I16, I8, U64, U32, U16, U8, Bool };

/// safetensors' name of a type ("F16", "BOOL"), and the type of a name; nothing where the name is unknown.
std::string_view stored_type_name(StoredType type);
std::optional<StoredType> stored_type_of(std::string_view name);

/// Bytes per value.
std::size_t stored_bytes(StoredType type);

/// Converts little-endian values, which may lie at any address, to fp32: halves exactly, F64 and the integers
/// rounded to the nearest, F64 beyond the range of fp32 to ±infinity. `from` holds to.size() ·
/// stored_bytes(type) bytes.
void to_fp32(StoredType type, std::span<const std::uint8_t> from, std::span<float> to);

}  // namespace giemsa
