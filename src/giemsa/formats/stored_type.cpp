#include "giemsa/formats/stored_type.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "giemsa/formats/half.h"

namespace giemsa {

namespace {

static_assert(std::endian::native == std::endian::little, "the file's numbers are used where they lie");

template <class Value>
void convert(std::span<const std::uint8_t> from, std::span<float> to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    Value value;
    std::memcpy(&value, from.data() + i * sizeof(Value), sizeof(Value));
    to[i] = static_cast<float>(value);
  }
}

/// Rounds to the nearest as IEEE 754 does: beyond the largest float by half a step or more lies infinity.
float float_from_double(double value) {
  constexpr double kMax = std::numeric_limits<float>::max(), kInfiniteFrom = 0x1.ffffffp127;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (std::abs(value) >= kInfiniteFrom) return value < 0 ? -kInfinity : kInfinity;
  return static_cast<float>(std::clamp(value, -kMax, kMax));
}

void round_doubles(std::span<const std::uint8_t> from, std::span<float> to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    double value;
    std::memcpy(&value, from.data() + i * sizeof value, sizeof value);
    to[i] = float_from_double(value);
  }
}

template <float (*Widen)(std::uint16_t)>
void widen(std::span<const std::uint8_t> from, std::span<float> to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    std::uint16_t value;
    std::memcpy(&value, from.data() + 2 * i, 2);
    to[i] = Widen(value);
  }
}

void copy(std::span<const std::uint8_t> from, std::span<float> to) {
  if (!to.empty()) std::memcpy(to.data(), from.data(), to.size_bytes());
}

struct TypeRow {
  StoredType type;
  std::string_view name;
  std::size_t bytes;
  void (*convert)(std::span<const std::uint8_t>, std::span<float>);
};

/// In the order of the enumeration.
constexpr std::array kTypes{
    TypeRow{StoredType::F32, "F32", 4, copy},
    TypeRow{StoredType::F16, "F16", 2, widen<float_from_half>},
    TypeRow{StoredType::BF16, "BF16", 2, widen<float_from_bfloat16>},
    TypeRow{StoredType::F64, "F64", 8, round_doubles},
    TypeRow{StoredType::I64, "I64", 8, convert<std::int64_t>},
    TypeRow{StoredType::I32, "I32", 4, convert<std::int32_t>},
    TypeRow{StoredType::I16, "I16", 2, convert<std::int16_t>},
    TypeRow{StoredType::I8, "I8", 1, convert<std::int8_t>},
    TypeRow{StoredType::U64, "U64", 8, convert<std::uint64_t>},
    TypeRow{StoredType::U32, "U32", 4, convert<std::uint32_t>},
    TypeRow{StoredType::U16, "U16", 2, convert<std::uint16_t>},
    TypeRow{StoredType::U8, "U8", 1, convert<std::uint8_t>},
    TypeRow{StoredType::Bool, "BOOL", 1, convert<std::uint8_t>},
};

const TypeRow& row(StoredType type) { return kTypes[static_cast<std::size_t>(type)]; }

}  // namespace

std::string_view stored_type_name(StoredType type) { return row(type).name; }

std::optional<StoredType> stored_type_of(std::string_view name) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& r) { return r.name == name; });
  return found == kTypes.end() ? std::nullopt : std::optional(found->type);
}

std::size_t stored_bytes(StoredType type) { return row(type).bytes; }

void to_fp32(StoredType type, std::span<const std::uint8_t> from, std::span<float> to) {
  row(type).convert(from, to);
}

}  // namespace giemsa
