#include "giemsa/descriptors/picture_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "data/made_source.h"
#include "image/golden_image.h"
#include "image/subsampled_jpeg.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;

Image waves(int seed, int width = 40) {
  Image image(width, 30);
  for (int i = 0; i < 3 * width * 30; ++i)
    image.pixels()[i] =
        static_cast<std::uint8_t>(100 + (i / 3 % width * (3 + seed) + i / 90 * 5 + i % 3 * 20) % 90);
  return image;
}

void put(const fs::path& path, const Bytes& bytes) {
  fs::create_directories(path.parent_path());
  write_atomic(path, bytes);
}

/// With a comment behind the start marker: other bytes, the same picture.
Bytes commented(Bytes jpeg) {
  const Bytes comment{0xFF, 0xFE, 0, 6, 'c', 'e', 'l', 'l'};
  jpeg.insert(jpeg.begin() + 2, comment.begin(), comment.end());
  return jpeg;
}

TEST(LookAtPictures, KnowsEqualPixelsInAnyFormat) {
  for (const Subsampling& subsampling : kSubsamplings) {
    SCOPED_TRACE(subsampling.name);
    const TemporaryFolder folder;
    const Bytes jpeg = subsampled_jpeg(waves(1), subsampling, 90),
                other = subsampled_jpeg(waves(2), subsampling, 90);
    const Image pixels = decode_image(jpeg, "jpeg");
    put(folder.path() / "a/1.jpg", jpeg);
    put(folder.path() / "a/2.png", encode_png(pixels));
    put(folder.path() / "a/3.jpg", commented(jpeg));
    put(folder.path() / "a/4.jpg", jpeg);
    put(folder.path() / "a/5.jpg", other);
    put(folder.path() / "a/6.png", encode_png(waves(2)));  // nearly the same as 5
    Image changed = pixels;
    changed.pixels()[100] ^= 1;
    put(folder.path() / "a/7.png", encode_png(changed));
    const auto facts = look_at_pictures(*open_source(folder.path()), {});
    ASSERT_EQ(facts.size(), 7u);
    for (const std::size_t same : {1u, 2u, 3u}) EXPECT_EQ(facts[same].pixels, facts[0].pixels) << same;
    for (const std::size_t differs : {4u, 5u, 6u})
      EXPECT_NE(facts[differs].pixels, facts[0].pixels) << differs;
    EXPECT_NE(facts[4].pixels, facts[5].pixels);
    EXPECT_TRUE(facts[0].ycc);
    EXPECT_FALSE(facts[1].ycc);
  }
}

TEST(LookAtPictures, KnowsEqualPixelsWithoutStructureAndAtTheLimitsOfRgb) {
  Image stripes(90, 90), blobs(90, 90);
  for (int i = 0; i < 90 * 90; ++i) {
    for (int c = 0; c < 3; ++c) {
      stripes.pixels()[3 * i + c] = (i / 3 + c) % 3 == 0 ? 255 : 0;
      blobs.pixels()[3 * i + c] = (i % 90 / 11 * 5 + i / 90 / 11 * 3 + c) % 4 < 2 ? 255 : 0;
    }
  }
  for (const Image& image :
       {plain(30, 20, 255, 255, 255), plain(30, 20, 0, 0, 200), plain(9, 9, 0, 0, 0), stripes, blobs}) {
    const TemporaryFolder folder;
    const Bytes jpeg = subsampled_jpeg(image, kSubsamplings[2], 60);
    put(folder.path() / "a/1.jpg", jpeg);
    put(folder.path() / "a/2.png", encode_png(decode_image(jpeg, "jpeg")));
    const auto facts = look_at_pictures(*open_source(folder.path()), {});
    EXPECT_EQ(facts.at(0).pixels, facts.at(1).pixels);
  }
}

TEST(LookAtPictures, ReadsJpegsThatKeepRgb) {
  const TemporaryFolder folder;
  const Bytes jpeg = said_to_be_rgb(subsampled_jpeg(waves(1), kSubsamplings[0], 90));
  put(folder.path() / "a/1.jpg", jpeg);
  put(folder.path() / "a/2.png", encode_png(decode_image(jpeg, "rgb")));
  const auto facts = look_at_pictures(*open_source(folder.path()), {});
  EXPECT_FALSE(facts.at(0).ycc);
  EXPECT_EQ(facts.at(0).pixels, facts.at(1).pixels);
  EXPECT_EQ(facts[0].fingerprint, facts[1].fingerprint);
}

TEST(LookAtPictures, ComparesSeveralSources) {
  const TemporaryFolder one, other;
  const Bytes jpeg = subsampled_jpeg(waves(1), kSubsamplings[1], 90);
  put(one.path() / "a/1.jpg", jpeg);
  put(other.path() / "a/1.png", encode_png(waves(3)));
  put(other.path() / "a/2.png", encode_png(decode_image(jpeg, "jpeg")));
  const auto first = open_source(one.path()), second = open_source(other.path());
  const auto facts = look_at_pictures(std::array<const Source*, 2>{first.get(), second.get()}, {});
  ASSERT_EQ(facts.size(), 3u);
  EXPECT_EQ(facts[0].pixels, facts[2].pixels);
  EXPECT_NE(facts[0].pixels, facts[1].pixels);
}

TEST(LookAtPictures, TheSamePixelsInAnotherShapeAreAnotherPicture) {
  const TemporaryFolder folder;
  Image wide(8, 2), high(4, 4);
  for (int i = 0; i < 48; ++i) wide.pixels()[i] = high.pixels()[i] = 77;
  put(folder.path() / "a/1.png", encode_png(wide));
  put(folder.path() / "a/2.png", encode_png(high));
  const auto facts = look_at_pictures(*open_source(folder.path()), {});
  EXPECT_NE(facts.at(0).pixels, facts.at(1).pixels);
}

TEST(LookAtPictures, ABrokenJpegIsAFinding) {
  const TemporaryFolder folder;
  Bytes jpeg = subsampled_jpeg(waves(1), kSubsamplings[1], 90);
  put(folder.path() / "a/1.jpg", jpeg);
  jpeg.resize(jpeg.size() / 2);
  put(folder.path() / "a/2.jpg", jpeg);
  const auto facts = look_at_pictures(*open_source(folder.path()), {});
  EXPECT_FALSE(facts.at(0).broken);
  ASSERT_TRUE(facts.at(1).broken);
  EXPECT_EQ(facts[1].broken->reason, "corrupt");
  EXPECT_THAT(facts[1].broken->evidence, ::testing::HasSubstr("2.jpg: JPEG: truncated or damaged"));
}

}  // namespace
}  // namespace giemsa::testing
