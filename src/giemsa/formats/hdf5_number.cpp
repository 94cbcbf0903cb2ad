#include "giemsa/formats/hdf5_number.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace giemsa {

namespace {

constexpr std::uint32_t kBigEndian = 0x01, kVaxOrder = 0x40;  // VAX: both

/// The parts of a float as a datatype message gives them, all in bits; places count from the lowest.
struct FloatLayout {
  unsigned sign_at, first, bits, exponent_at, exponent_bits, fraction_at, fraction_bits;
  std::uint32_t bias;
  bool operator==(const FloatLayout&) const = default;
};

struct FloatRow {
  StoredType type;
  FloatLayout layout;
};
constexpr std::array kFloats{
    FloatRow{StoredType::F16, {15, 0, 16, 10, 5, 0, 10, 15}},
    FloatRow{StoredType::BF16, {15, 0, 16, 7, 8, 0, 7, 127}},
    FloatRow{StoredType::F32, {31, 0, 32, 23, 8, 0, 23, 127}},
    FloatRow{StoredType::F64, {63, 0, 64, 52, 11, 0, 52, 1023}},
};

std::optional<StoredType> float_type(const Hdf5Type& type) {
  constexpr std::uint32_t kNormalisation = 0x30, kImpliedFirstBit = 0x20;
  if ((type.bits & (kBigEndian | kVaxOrder)) != 0 || (type.bits & kNormalisation) != kImpliedFirstBit)
    return std::nullopt;
  Hdf5Cursor in = type.properties;
  FloatLayout layout{};
  layout.sign_at = type.bits >> 8 & 0xFFu;
  layout.first = in.u16();
  layout.bits = in.u16();
  layout.exponent_at = in.u8();
  layout.exponent_bits = in.u8();
  layout.fraction_at = in.u8();
  layout.fraction_bits = in.u8();
  layout.bias = in.u32();
  const auto row = std::ranges::find(kFloats, layout, &FloatRow::layout);
  return row != kFloats.end() && stored_bytes(row->type) == type.bytes ? std::optional(row->type)
                                                                       : std::nullopt;
}

std::optional<StoredType> integer_type(const Hdf5Type& type) {
  constexpr std::uint32_t kSigned = 0x08;
  if ((type.bits & kBigEndian) != 0 && type.bytes > 1) return std::nullopt;
  Hdf5Cursor in = type.properties;
  const unsigned first = in.u16(), bits = in.u16();
  if (first != 0 || bits != 8 * type.bytes) return std::nullopt;
  const bool negative = (type.bits & kSigned) != 0;
  switch (type.bytes) {
    case 1:
      return negative ? StoredType::I8 : StoredType::U8;
    case 2:
      return negative ? StoredType::I16 : StoredType::U16;
    case 4:
      return negative ? StoredType::I32 : StoredType::U32;
    case 8:
      return negative ? StoredType::I64 : StoredType::U64;
    default:
      return std::nullopt;
  }
}

/// A zero-terminated name; up to version 2 it is filled to a multiple of eight bytes.
std::string member_name(Hdf5Cursor& in, bool filled) {
  std::string name;
  while (const std::uint8_t c = in.u8()) name += static_cast<char>(c);
  if (filled) in.skip((8 - (name.size() + 1) % 8) % 8);
  return name;
}

/// Whether an enumeration is h5py's bool: one byte, FALSE 0 and TRUE 1.
bool is_bool(const Hdf5Type& type) {
  constexpr unsigned kLastFilledVersion = 2;
  const std::uint32_t members = type.bits & 0xFFFFu;
  if (type.bytes != 1 || members != 2) return false;
  Hdf5Cursor in = type.properties;
  const Hdf5Type base = read_hdf5_type(in);
  if (base.type_class != Hdf5Type::Integer || base.bytes != 1) return false;
  in.skip(8 + 4);  // the base: its head and an integer's properties
  const std::string first = member_name(in, type.version <= kLastFilledVersion);
  const std::string second = member_name(in, type.version <= kLastFilledVersion);
  return first == "FALSE" && second == "TRUE" && in.u8() == 0 && in.u8() == 1;
}

}  // namespace

std::optional<StoredType> hdf5_number_type(const Hdf5Type& type) {
  switch (type.type_class) {
    case Hdf5Type::Integer:
      return integer_type(type);
    case Hdf5Type::Float:
      return float_type(type);
    case Hdf5Type::Enumeration:
      return is_bool(type) ? std::optional(StoredType::Bool) : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::string hdf5_byte_order_text(const Hdf5Type& type) {
  const bool number = type.type_class == Hdf5Type::Integer || type.type_class == Hdf5Type::Float;
  if (!number || (type.bits & kBigEndian) == 0) return "";
  return type.type_class == Hdf5Type::Float && (type.bits & kVaxOrder) != 0 ? "VAX-ordered " : "big-endian ";
}

}  // namespace giemsa
