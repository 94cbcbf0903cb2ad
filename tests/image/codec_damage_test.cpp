// What the decoders refuse: every error names the file, what was found and what was expected.
#include "core/error_matchers.h"
#include "giemsa/core/random.h"
#include "giemsa/image/codec.h"
#include "image/golden_image.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Bytes golden_bytes(const std::string& name) { return read_bytes(golden_image_path(name), 1 << 20); }

TEST(CodecDamage, RefusedPixelFormatsAreNamed) {
  const struct {
    const char *name, *says;
  } kCases[] = {
      {"cmyk.jpg", "JPEG: CMYK pixels; grey or RGB is expected"},
      {"grey16.png", "PNG: 16 bits per channel; 8 are expected"},
      {"rgb16.png", "PNG: 16 bits per channel; 8 are expected"},
      {"bilevel.bmp", "BMP: 1 bits per pixel with compression 0"},
      {"rle.bmp", "BMP: 8 bits per pixel with compression 1"},
      {"grey16.tif", "TIFF: 16 bits × 1 samples"},
      {"float.tif", "TIFF: 32 bits × 1 samples"},
      {"cmyk.tif", "TIFF: 8 bits × 4 samples, photometric 5"},
  };
  for (const auto& [name, says] : kCases) {
    const std::string what = error_of(ErrorKind::Data, [&] { read_image(golden_image_path(name)); });
    EXPECT_THAT(what, AllOf(HasSubstr(name), HasSubstr(says), HasSubstr("Hint: ")));
  }
}

TEST(CodecDamage, HeadersOfGiganticPicturesAreRefusedBeforeAllocation) {
  for (const char* name : {"bomb.png", "bomb.bmp"}) {
    const std::string what = error_of(ErrorKind::Data, [&] { read_image(golden_image_path(name)); });
    EXPECT_THAT(what, HasSubstr("100000×100000 px is over the limit of 30000 px a side")) << name;
  }
}

TEST(CodecDamage, LimitsHoldForEveryFormat) {
  for (const char* name : {"444.jpg", "rgb.png", "rgb24.bmp", "rgb.tif"}) {
    const Bytes bytes = golden_bytes(name);
    const auto decode = [&](DecodeLimits limits) { return decode_image(bytes, name, limits); };
    EXPECT_EQ(decode({.max_pixels = 23 * 17}).width(), 23);
    EXPECT_EQ(decode({.max_side_px = 23}).height(), 17);
    EXPECT_EQ(decode({.max_file_bytes = bytes.size()}).height(), 17);
    for (const DecodeLimits limits :
         {DecodeLimits{.max_pixels = 23 * 17 - 1}, DecodeLimits{.max_side_px = 22}}) {
      EXPECT_THAT(error_of(ErrorKind::Data, [&] { decode(limits); }), HasSubstr("23×17 px is over the limit"))
          << name;
    }
    EXPECT_THAT(error_of(ErrorKind::Data, [&] { decode({.max_file_bytes = bytes.size() - 1}); }),
                HasSubstr("at most"))
        << name;
  }
}

TEST(CodecDamage, EveryTruncationIsAnError) {
  for (const char* name : {"444.jpg", "420.jpg", "progressive.jpg", "grey.jpg", "rgb.png", "palette.png",
                           "rgba.png", "interlaced.png", "rgb24.bmp", "palette8.bmp", "rgba32_v4.bmp",
                           "rgb.tif", "palette.tif", "tiff_lzw.tif", "tiff_adobe_deflate.tif", "jpeg.tif"}) {
    const Bytes whole = golden_bytes(name);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      try {
        const Image image = decode_image(part, name);
        ADD_FAILURE() << name << " of " << whole.size() << " bytes decodes from its first " << size;
        break;
      } catch (const Error& error) {
        ASSERT_EQ(error.kind(), ErrorKind::Data) << error.what();
        ASSERT_THAT(error.message(), HasSubstr(name));
      }
    }
  }
}

TEST(CodecDamage, FlippedBytesGiveAPictureOrAnErrorAndNothingElse) {
  // Small limits keep headers that turn huge from costing time.
  const DecodeLimits limits{.max_pixels = 1 << 20};
  std::size_t pictures = 0, errors = 0;
  for (const char* name :
       {"420.jpg", "progressive.jpg", "palette_transparent.png", "rgba.png", "palette8.bmp", "rgba32_v4.bmp",
        "palette.tif", "tiff_lzw.tif", "ycbcr.tif", "rgba.tif"}) {
    const Bytes whole = golden_bytes(name);
    for (std::uint64_t round = 0; round < 400; ++round) {
      Random random({fnv1a(name), round});
      Bytes bytes = whole;
      for (int i = 0; i < 3; ++i)
        bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.below(256));
      try {
        pictures += decode_image(bytes, name, limits).empty() ? 0 : 1;
      } catch (const Error& error) {
        ASSERT_EQ(error.kind(), ErrorKind::Data) << error.what();
        ++errors;
      }
    }
  }
  EXPECT_EQ(pictures + errors, 4000u);
  EXPECT_GT(errors, 400u);
}

TEST(CodecDamage, StrayBytesBeforeTheEndMarkerOfAJpegAreHarmless) {
  Bytes bytes = golden_bytes("420.jpg");
  const Image whole = decode_image(bytes, "whole");
  bytes.insert(bytes.end() - 2, {0x00, 0x00, 0x00});
  EXPECT_EQ(decode_image(bytes, "stray"), whole);
}

TEST(CodecDamage, FilesThatAreNoPicture) {
  const auto decode = [](std::string_view text) {
    return error_of(ErrorKind::Data, [&] {
      decode_image({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "notes.jpg");
    });
  };
  EXPECT_THAT(decode(""), HasSubstr("notes.jpg: the file is empty"));
  EXPECT_THAT(decode("hello"),
              AllOf(HasSubstr("notes.jpg: not a picture"), HasSubstr("Hint: giemsa reads JPEG")));
  EXPECT_THAT(decode("BM"), HasSubstr("BMP: truncated"));
}

TEST(CodecDamage, PaletteIndexBeyondThePaletteIsAnError) {
  Bytes bytes = golden_bytes("palette8.bmp");
  bytes[46] = 2;  // biClrUsed: the palette now has two colours
  bytes[47] = 0;
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { decode_image(bytes, "short palette"); }),
              HasSubstr("of a palette of 2"));
}

TEST(CodecDamage, AbsentFileIsAnIoError) {
  const std::string what = error_of(ErrorKind::Io, [] { read_image("no/such/cell.jpg"); });
  EXPECT_THAT(what, HasSubstr("no/such/cell.jpg"));
}

}  // namespace
}  // namespace giemsa::testing
