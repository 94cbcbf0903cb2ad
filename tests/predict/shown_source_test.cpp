#include "giemsa/predict/shown_source.h"

#include <gmock/gmock.h>

#include "giemsa/augment/stain.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAreArray;

/// One picture, whatever its bytes.
class OnePicture final : public Source {
 public:
  explicit OnePicture(Image picture) : picture_(std::move(picture)) {}
  const std::vector<std::string>& classes() const override { return classes_; }
  std::span<const Record> records() const override { return records_; }
  Bytes read(std::size_t) const override { return {}; }
  Image decode(std::size_t, std::span<const std::uint8_t>) const override {
    Image copy(picture_.width(), picture_.height());
    std::ranges::copy(picture_.bytes(), copy.pixels());
    return copy;
  }

 private:
  Image picture_;
  std::vector<std::string> classes_{"a"};
  std::vector<Record> records_{Record{.id = "one", .path = "one", .label = 0}};
};

TEST(ShownSource, GivesPicturesAsTheyAreWhereNothingIsAsked) {
  const OnePicture source(pale_noise());
  const auto seen = shown(source, {});
  EXPECT_EQ(seen->records()[0].id, "one");
  EXPECT_THAT(seen->load(0).bytes(), ElementsAreArray(pale_noise().bytes()));
  EXPECT_THAT(shown(source, {.standardise = true})->load(0).bytes(), ElementsAreArray(pale_noise().bytes()))
      << "views are standardised after they are drawn";
}

TEST(ShownSource, StainsPaleNucleiBeforeViewsAreDrawn) {
  const OnePicture source(pale_noise());
  EXPECT_THAT(shown(source, {.deepen_pale = true})->load(0).bytes(),
              ElementsAreArray(deepened(standardised(pale_noise())).bytes()));
}

TEST(ShownSource, CutsFramesToTheirMiddle) {
  Image frame(360, 363);
  std::fill_n(frame.pixels(), frame.bytes().size(), std::uint8_t{240});
  for (int y = 150; y < 210; ++y)
    for (int x = 150; x < 210; ++x) frame.pixels()[(y * 360 + x) * 3] = 60;  // a nucleus takes red light away
  const OnePicture source(std::move(frame));
  const Image cut = shown(source, {.cut_frames = true})->load(0);
  EXPECT_EQ(cut.width(), 216);
  EXPECT_EQ(cut.height(), 216);
  EXPECT_EQ(cut.pixels()[(108 * 216 + 108) * 3], 60) << "the middle stays in the middle";
}

}  // namespace
}  // namespace giemsa::testing
