#include "giemsa/descriptors/stored_form.h"

#include <gtest/gtest.h>

#include "data/made_source.h"

namespace giemsa::testing {
namespace {

std::uint64_t form_of(const Bytes& bytes) { return stored_form(sniff_format(bytes), bytes); }

TEST(StoredForm, IsTheProgramsAndNotThePictures) {
  const Image small = plain(8, 8, 1, 2, 3), large = plain(30, 20, 200, 100, 50);
  EXPECT_EQ(form_of(encode_jpeg(small, 90)), form_of(encode_jpeg(large, 90)));
  EXPECT_NE(form_of(encode_jpeg(small, 90)), form_of(encode_jpeg(small, 89)));
  EXPECT_EQ(form_of(encode_png(small)), form_of(encode_png(large)));
  EXPECT_NE(form_of(encode_png(small)), form_of(encode_jpeg(small, 90)));
}

TEST(StoredForm, SeesTheSamplingOfComponents) {
  Bytes bytes = encode_jpeg(plain(16, 16, 9, 9, 9), 80);
  const std::uint64_t before = form_of(bytes);
  for (std::size_t i = 0; i + 12 < bytes.size(); ++i) {
    if (bytes[i] != 0xFF || bytes[i + 1] != 0xC0) continue;
    bytes[i + 11] = 0x22;  // 4:2:0
    EXPECT_NE(form_of(bytes), before);
    return;
  }
  FAIL() << "no frame header";
}

TEST(StoredForm, TakesAnyBytes) {
  const Bytes whole = encode_jpeg(plain(16, 16, 9, 9, 9), 80);
  for (std::size_t length = 0; length <= whole.size(); ++length)
    stored_form(ImageFormat::Jpeg, std::span(whole).first(length));
  Bytes changed = whole;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    changed[i] = 0xFF;
    stored_form(ImageFormat::Jpeg, changed);
    changed[i] = whole[i];
  }
  EXPECT_EQ(stored_form(ImageFormat::Jpeg, Bytes(1000, 0xFF)), stored_form(ImageFormat::Jpeg, {}));
}

}  // namespace
}  // namespace giemsa::testing
