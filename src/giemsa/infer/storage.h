#pragma once
#include <cstddef>

namespace giemsa {

/// How a value lies in memory: as floats, or as integers that a scale turns into them.
enum class StorageType { Float, Unsigned8, Signed8 };

struct Storage {
  StorageType type = StorageType::Float;
  float scale = 1;  ///< value = integer · scale

  bool is_float() const { return type == StorageType::Float; }
  std::size_t bytes() const { return is_float() ? sizeof(float) : 1; }
  bool operator==(const Storage&) const = default;

  /// For values of at most this magnitude. not_negative: values below 0 do not come up.
  static Storage for_range(float largest, bool not_negative) {
    return {not_negative ? StorageType::Unsigned8 : StorageType::Signed8,
            largest / (not_negative ? 255.f : 127.f)};
  }
};

}  // namespace giemsa
