#include "giemsa/plant/damage.h"

#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

Image some_picture() {
  Image image(40, 30);
  for (int i = 0; i < 3 * 40 * 30; ++i) image.pixels()[i] = static_cast<std::uint8_t>(i * 37 % 251);
  return image;
}

TEST(Damage, NoReaderTakesItForAPicture) {
  const Image image = some_picture();
  for (const Bytes& file : {encode_jpeg(image, 90), encode_png(image)}) {
    for (int k = 0; k < kDamageCount; ++k) {
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Random random({seed});
        const Bytes bytes = damaged(static_cast<Damage>(k), file, random);
        SCOPED_TRACE(damage_name(static_cast<Damage>(k)));
        EXPECT_NE(bytes, file);
        error_of(ErrorKind::Data, [&] { decode_image(bytes, "damaged"); });
      }
    }
  }
}

TEST(Damage, IsWhatItSays) {
  const Bytes file = encode_jpeg(some_picture(), 90);
  Random random({1});
  const auto harm = [&](Damage damage) { return damaged(damage, file, random); };
  EXPECT_TRUE(harm(Damage::Empty).empty());
  EXPECT_EQ(harm(Damage::NulBytes), Bytes(file.size(), 0));
  EXPECT_EQ(harm(Damage::RandomBytes).size(), file.size());
  const Bytes truncated = harm(Damage::Truncated);
  EXPECT_GE(truncated.size(), file.size() / 10);
  EXPECT_LE(truncated.size(), file.size() * 8 / 10);
  EXPECT_TRUE(std::equal(truncated.begin(), truncated.end(), file.begin()));
  const Bytes header = harm(Damage::Header);
  EXPECT_TRUE(std::equal(header.begin() + 16, header.end(), file.begin() + 16, file.end()));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { decode_image(harm(Damage::NoPixels), "x"); }),
              ::testing::HasSubstr("size 0×0 px"));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { decode_image(harm(Damage::TooLarge), "x"); }),
              ::testing::HasSubstr("over the limit"));
}

}  // namespace
}  // namespace giemsa::testing
