#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace giemsa {

/// A message in the wire format of protocol buffers, as far as ONNX files need it
/// (protobuf.dev/programming-guides/encoding): each field is its number, its kind and its content.
class ProtoMessage {
 public:
  void integer(int field, std::int64_t value);
  void real(int field, float value);
  void text(int field, std::string_view bytes);
  void message(int field, const ProtoMessage& content) { text(field, content.bytes_); }
  void integers(int field, std::span<const std::int64_t> values);
  /// The beginning of a field whose `size` bytes of content come from elsewhere.
  void open(int field, std::uint64_t size);

  const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t value);
  void key(int field, int kind);

  std::string bytes_;
};

}  // namespace giemsa
