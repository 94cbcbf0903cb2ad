#include "giemsa/onnx/proto_message.h"

#include <gtest/gtest.h>

#include <array>

namespace giemsa {
namespace {

using namespace std::string_literals;

template <class Fill>
std::string written(Fill fill) {
  ProtoMessage message;
  fill(message);
  return message.bytes();
}

TEST(ProtoMessage,
     WritesTheWireFormat) {  // bytes of the examples in the description of the format, and by hand
  EXPECT_EQ(written([](ProtoMessage& m) { m.integer(1, 150); }), "\x08\x96\x01"s);
  EXPECT_EQ(written([](ProtoMessage& m) { m.integer(1, 0); }), "\x08\x00"s);
  EXPECT_EQ(written([](ProtoMessage& m) { m.integer(1, -1); }),
            "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
  EXPECT_EQ(written([](ProtoMessage& m) { m.text(2, "testing"); }), "\x12\x07testing"s);
  EXPECT_EQ(written([](ProtoMessage& m) { m.real(2, 1.5f); }), "\x15\x00\x00\xc0\x3f"s);
  EXPECT_EQ(written([](ProtoMessage& m) { m.integer(16, 1); }), "\x80\x01\x01"s);
  EXPECT_EQ(written([](ProtoMessage& m) {
              m.integers(3, std::array<std::int64_t, 2>{1, 300});
            }),
            "\x18\x01\x18\xac\x02"s);
  EXPECT_EQ(written([](ProtoMessage& m) { m.open(9, 3'000'000'000); }), "\x4a\x80\xbc\xc1\x96\x0b"s);
  EXPECT_EQ(written([](ProtoMessage& m) {
              ProtoMessage inner;
              inner.integer(1, 150);
              m.message(3, inner);
            }),
            "\x1a\x03\x08\x96\x01"s);
}

}  // namespace
}  // namespace giemsa
