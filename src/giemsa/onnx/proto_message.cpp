#include "giemsa/onnx/proto_message.h"

#include <bit>

namespace giemsa {
namespace {

// Kinds of fields.
constexpr int kVarint = 0, kBytes = 2, kFixed32 = 5;

}  // namespace

void ProtoMessage::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>((value & 0x7f) | 0x80));
  bytes_.push_back(static_cast<char>(value));
}

void ProtoMessage::key(int field, int kind) { varint(static_cast<std::uint64_t>(field) << 3 | kind); }

void ProtoMessage::integer(int field, std::int64_t value) {
  key(field, kVarint);
  varint(static_cast<std::uint64_t>(value));
}

void ProtoMessage::real(int field, float value) {
  key(field, kFixed32);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (int shift = 0; shift < 32; shift += 8) bytes_.push_back(static_cast<char>(bits >> shift & 0xff));
}

void ProtoMessage::open(int field, std::uint64_t size) {
  key(field, kBytes);
  varint(size);
}

void ProtoMessage::text(int field, std::string_view bytes) {
  open(field, bytes.size());
  bytes_ += bytes;
}

void ProtoMessage::integers(int field, std::span<const std::int64_t> values) {
  for (const std::int64_t value : values) integer(field, value);
}

}  // namespace giemsa
