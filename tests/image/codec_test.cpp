// Decoders against Pillow: files and expected pixels are by tests/golden/make/images.py.
#include "giemsa/image/codec.h"

#include "core/error_matchers.h"
#include "image/golden_image.h"

namespace giemsa::testing {
namespace {

struct Readable {
  const char* name;
  ImageFormat format;
  int tolerance;  ///< levels, from Pillow
};

class ReadablePicture : public ::testing::TestWithParam<Readable> {};

TEST_P(ReadablePicture, HasThePixelsThatPillowReads) {
  const auto& [name, format, tolerance] = GetParam();
  EXPECT_EQ(sniff_format(read_bytes(golden_image_path(name), 1 << 20)), format);
  const Image expected = read_ppm(golden_image_path(std::string(name) + ".ppm"));
  ASSERT_FALSE(expected.empty());
  EXPECT_LE(largest_difference(read_image(golden_image_path(name)), expected), tolerance);
}

// JPEG is exact to one level, since Pillow and giemsa use the same library in the same mode; alpha is
// rounded.
constexpr Readable kReadable[] = {
    {"444.jpg", ImageFormat::Jpeg, 1},
    {"422.jpg", ImageFormat::Jpeg, 1},
    {"420.jpg", ImageFormat::Jpeg, 1},
    {"progressive.jpg", ImageFormat::Jpeg, 1},
    {"low_quality.jpg", ImageFormat::Jpeg, 1},
    {"grey.jpg", ImageFormat::Jpeg, 1},
    {"rgb.png", ImageFormat::Png, 0},
    {"grey.png", ImageFormat::Png, 0},
    {"bilevel.png", ImageFormat::Png, 0},
    {"palette.png", ImageFormat::Png, 0},
    {"palette_4bit.png", ImageFormat::Png, 0},
    {"palette_transparent.png", ImageFormat::Png, 0},
    {"rgb_transparent.png", ImageFormat::Png, 0},
    {"interlaced.png", ImageFormat::Png, 0},
    {"rgba.png", ImageFormat::Png, 1},
    {"grey_alpha.png", ImageFormat::Png, 1},
    {"rgb24.bmp", ImageFormat::Bmp, 0},
    {"rgb32.bmp", ImageFormat::Bmp, 0},
    {"grey8.bmp", ImageFormat::Bmp, 0},
    {"palette8.bmp", ImageFormat::Bmp, 0},
    {"top_down.bmp", ImageFormat::Bmp, 0},
    {"rgba32_v4.bmp", ImageFormat::Bmp, 1},
    {"rgb.tif", ImageFormat::Tiff, 0},
    {"grey.tif", ImageFormat::Tiff, 0},
    {"palette.tif", ImageFormat::Tiff, 0},
    {"tiff_lzw.tif", ImageFormat::Tiff, 0},
    {"tiff_adobe_deflate.tif", ImageFormat::Tiff, 0},
    {"packbits.tif", ImageFormat::Tiff, 0},
    {"two_pages.tif", ImageFormat::Tiff, 0},
    {"rgba.tif", ImageFormat::Tiff, 1},
    {"jpeg.tif", ImageFormat::Tiff, 1},
    {"ycbcr.tif", ImageFormat::Tiff, 2},
};
std::string name_of(const ::testing::TestParamInfo<Readable>& info) {
  std::string name = info.param.name;
  for (char& c : name) c = c == '.' ? '_' : c;
  return name;
}
INSTANTIATE_TEST_SUITE_P(Pillow, ReadablePicture, ::testing::ValuesIn(kReadable), name_of);

TEST(Codec, PngKeepsEveryPixel) {
  const Image image = read_image(golden_image_path("rgb.png"));
  EXPECT_EQ(decode_image(encode_png(image), "again"), image);
  const Image part = decode_image(encode_png(image.view().crop(3, 2, 5, 4)), "part");
  ASSERT_EQ(part.width(), 5);
  ASSERT_EQ(part.height(), 4);
  for (int c = 0; c < 15; ++c) EXPECT_EQ(part.row(3)[c], image.row(5)[9 + c]);
}

TEST(Codec, JpegOfQuality100IsCloseAndLowerQualityIsSmaller) {
  const Image image = read_image(golden_image_path("rgb.png"));
  const Bytes best = encode_jpeg(image, 100), small = encode_jpeg(image, 30);
  EXPECT_LE(largest_difference(decode_image(best, "best"), image), 5);
  EXPECT_LT(small.size(), best.size());
}

TEST(Codec, JpegQualityOutsideOneToHundredIsRefused) {
  const Image image(2, 2);
  for (const int quality : {0, 101}) {
    const std::string what = error_of(ErrorKind::Usage, [&] { encode_jpeg(image, quality); });
    EXPECT_THAT(what, ::testing::HasSubstr("JPEG quality " + std::to_string(quality)));
  }
}

TEST(Codec, AnEmptyPictureCannotBeEncoded) {
  EXPECT_THAT(error_of(ErrorKind::Internal, [] { encode_png(ImageView{}); }), ::testing::HasSubstr("empty"));
  EXPECT_THAT(error_of(ErrorKind::Internal, [] { encode_jpeg(ImageView{}, 90); }),
              ::testing::HasSubstr("empty"));
}

TEST(Codec, ExtensionsAreKnownInAnyCase) {
  for (const char* name : {"a.jpg", "a.JPEG", "b/c.Png", "x.y.bmp", "a.tif", "a.TIFF"}) {
    EXPECT_TRUE(has_image_extension(name)) << name;
  }
  for (const char* name : {"a", "jpg", ".jpg", "a.jpg.txt", "a.gif", "a.webp"}) {
    EXPECT_FALSE(has_image_extension(name)) << name;
  }
}

TEST(Codec, FormatsAreKnownByTheirFirstBytes) {
  const auto sniff = [](std::string_view text) {
    return format_name(sniff_format({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(sniff("\xFF\xD8\xFF\xE0"), "JPEG");
  EXPECT_EQ(sniff("\x89PNG\r\n\x1A\n"), "PNG");
  EXPECT_EQ(sniff("BM"), "BMP");
  EXPECT_EQ(sniff("II*\0"sv), "TIFF");
  EXPECT_EQ(sniff("MM\0*"sv), "TIFF");
  EXPECT_EQ(sniff("MM\0+"sv), "TIFF");
  EXPECT_EQ(sniff("\x89PNG\r\n\x1A"), "unknown");
  EXPECT_EQ(sniff("GIF89a"), "unknown");
  EXPECT_EQ(sniff(""), "unknown");
}

}  // namespace
}  // namespace giemsa::testing
