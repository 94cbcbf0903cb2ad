// The samples of JPEGs against the RGB pixels that libjpeg-turbo makes of them, which codec_test.cpp compares
// with Pillow's.
#include "giemsa/image/jpeg_decoder.h"

#include <cmath>

#include "core/error_matchers.h"
#include "giemsa/core/random.h"
#include "image/golden_image.h"
#include "image/subsampled_jpeg.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

/// Waves of grey-violet, so flat that nothing leaves the range of RGB and colours blend over a sample.
Image waves(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double wave = 25 * std::sin(x / 15.) + 20 * std::cos(y / 12.);
      for (int c = 0; c < 3; ++c)
        image.row(y)[3 * x + c] =
            static_cast<std::uint8_t>(130 + wave * (c - 0.3) + 20 * std::sin((x + y) / 9.));
    }
  }
  return image;
}

Bytes golden_bytes(const std::string& name) { return read_bytes(golden_image_path(name), 1 << 20); }

std::uint8_t sample(const ChannelView& channel, int y, int x) { return channel.row(y)[x]; }

/// ITU T.871, colour samples as they lie, neither rounded nor blended.
std::array<double, 3> rgb_at(const YccView& view, int y, int x) {
  const double luma = sample(view.luma, y, x);
  if (view.grey()) return {luma, luma, luma};
  const int row = y / view.sample_height, column = x / view.sample_width;
  const double cb = sample(view.blue, row, column) - 128., cr = sample(view.red, row, column) - 128.;
  return {luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb};
}

TEST(JpegDecoder, GivesTheSamplesThatRgbIsMadeOf) {
  JpegDecoder decoder;
  for (const Subsampling& subsampling : kSubsamplings) {
    for (const auto& [width, height] : {std::pair{64, 48}, {37, 53}, {16, 1}, {1, 9}, {3, 3}}) {
      SCOPED_TRACE(::testing::Message() << subsampling.name << " " << width << " × " << height);
      const Bytes bytes = subsampled_jpeg(waves(width, height), subsampling, 95);
      const Image rgb = decoder.decode(bytes, "waves");
      const auto view = decoder.decode_ycc(bytes, "waves");
      ASSERT_TRUE(view);
      EXPECT_EQ(view->width, width);
      EXPECT_EQ(view->height, height);
      EXPECT_EQ(view->grey(), subsampling.turbo == TJSAMP_GRAY);
      EXPECT_EQ(view->sample_width, subsampling.sample_width);
      EXPECT_EQ(view->sample_height, subsampling.sample_height);
      const bool blended = subsampling.sample_width * subsampling.sample_height > 1;
      double largest = 0;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          const auto expected = rgb_at(*view, y, x);
          for (int c = 0; c < 3; ++c)
            largest =
                std::max(largest, std::abs(expected[static_cast<std::size_t>(c)] - rgb.row(y)[3 * x + c]));
        }
      }
      EXPECT_LE(largest, blended ? 24 : 1.1);
    }
  }
}

TEST(JpegDecoder, ReadsProgressiveOnes) {
  JpegDecoder decoder;
  const Image rgb = decoder.decode(golden_bytes("progressive.jpg"), "x");
  const auto view = decoder.decode_ycc(golden_bytes("progressive.jpg"), "x");
  ASSERT_TRUE(view);
  for (int y = 0; y < rgb.height(); ++y) {
    for (int x = 0; x < rgb.width(); ++x) {
      const std::uint8_t* p = rgb.row(y) + 3 * x;
      EXPECT_NEAR(sample(view->luma, y, x), 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2], 1.5);
    }
  }
}

TEST(JpegDecoder, LeavesThoseThatKeepRgbToOthers) {
  const Image image = waves(32, 32);
  const Bytes bytes = said_to_be_rgb(subsampled_jpeg(image, kSubsamplings[0], 95));
  JpegDecoder decoder;
  EXPECT_FALSE(decoder.decode_ycc(bytes, "rgb"));
  EXPECT_GT(largest_difference(decoder.decode(bytes, "rgb"), image), 10);  // its luma is now called red
}

/// What a decoder says of bytes that it refuses; "" for those that it takes.
template <class Decode>
std::string refusal(const Decode& decode) {
  try {
    decode();
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Data);
    return error.what();
  }
}

TEST(JpegDecoder, RefusesSamplesWhereItRefusesPixelsAndInTheSameWords) {
  const DecodeLimits limits{.max_pixels = 1 << 20};
  JpegDecoder decoder;
  std::size_t refused = 0, taken = 0;
  const auto compare = [&](const Bytes& bytes, const std::string& name) {
    const std::string pixels = refusal([&] { decoder.decode(bytes, name, limits); });
    ASSERT_EQ(refusal([&] { decoder.decode_ycc(bytes, name, limits); }), pixels);
    ++(pixels.empty() ? taken : refused);
  };
  for (const std::string name :
       {"444.jpg", "422.jpg", "420.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg"}) {
    const Bytes whole = golden_bytes(name);
    compare(whole, name);
    for (std::size_t size = 0; size < whole.size(); ++size)
      compare(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), name);
    for (std::uint64_t round = 0; round < 300; ++round) {
      Random random({fnv1a(name), round});
      Bytes bytes = whole;
      for (int i = 0; i < 3; ++i)
        bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.below(256));
      compare(bytes, name);
    }
    Bytes stray = whole;
    stray.insert(stray.end() - 2, {0x00, 0x00, 0x00});
    compare(stray, name);
  }
  EXPECT_GT(refused, 3000u);
  EXPECT_GT(taken, 300u);
}

TEST(JpegDecoder, LendsNoTablesToTheNextPicture) {
  const Bytes whole = golden_bytes("444.jpg");
  Bytes bare = whole;
  for (std::size_t i = 2; i + 1 < bare.size(); ++i) {
    if (bare[i] == 0xFF && bare[i + 1] == 0xDB) bare[i + 1] = 0xFE;  // tables of quantisation: now comments
  }
  JpegDecoder decoder;
  EXPECT_TRUE(decoder.decode_ycc(whole, "whole"));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { decoder.decode_ycc(bare, "bare"); }), HasSubstr("bare: JPEG"));
  EXPECT_TRUE(decoder.decode_ycc(whole, "whole"));
}

TEST(JpegDecoder, KeepsToLimits) {
  JpegDecoder decoder;
  const Bytes bytes = golden_bytes("420.jpg");
  EXPECT_TRUE(decoder.decode_ycc(bytes, "x", {.max_pixels = 23 * 17}));
  const std::string what =
      error_of(ErrorKind::Data, [&] { decoder.decode_ycc(bytes, "x", {.max_pixels = 23 * 17 - 1}); });
  EXPECT_THAT(what, HasSubstr("23×17 px is over the limit"));
}

}  // namespace
}  // namespace giemsa::testing
