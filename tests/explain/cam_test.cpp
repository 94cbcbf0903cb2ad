#include "giemsa/explain/cam.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "giemsa/explain/saliency.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

// Two positions, three channels.
constexpr Shape kShape{3, 1, 2};
const std::vector<float> kActivation{1, 2, 3, 4, -5, 6}, kGradient{1, -1, 2, 0.5f, 1, -3};

TEST(Cam, LayerCamWeighsEachPlaceByItsOwnPositiveGradient) {
  // 1·1 + 0 + 2·3; 0.5·4 + 1·(-5) + 0 < 0
  EXPECT_THAT(layer_cam(kActivation, kGradient, kShape), ElementsAre(7, 0));
}

TEST(Cam, HiresCamTakesOffWhatSpeaksAgainstTheClass) {
  // 1·1 - 1·2 + 2·3; 0.5·4 - 5 - 18 < 0
  EXPECT_THAT(hires_cam(kActivation, kGradient, kShape), ElementsAre(5, 0));
}

TEST(Cam, GradCamWeighsChannelsByTheirMeanGradient) {
  // Means 0.75, 0, -0.5: 0.75 - 1.5 < 0; 3 - 3 = 0
  EXPECT_THAT(grad_cam(kActivation, kGradient, kShape), ElementsAre(0, 0));
  // Means 1, 0, 0 on the same activation.
  EXPECT_THAT(grad_cam(kActivation, std::vector<float>{1, 1, 1, 1, -1, -1}, kShape), ElementsAre(1, 4));
}

TEST(Saliency, StandsOutOfItsMedian) {
  std::vector<float> map{1, 5, 2, 1, 3};
  subtract_median(map);
  EXPECT_THAT(map, ElementsAre(0, 3, 0, 0, 1));
  scale_to_one(map);
  EXPECT_THAT(map, ElementsAre(0, 1, 0, 0, FloatEq(1.f / 3)));
}

TEST(Saliency, AMapOfZerosStays) {
  std::vector<float> map(4), none;
  subtract_median(map);
  scale_to_one(map);
  EXPECT_THAT(map, ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(half_mass_share(map), 0);
  subtract_median(none);
  scale_to_one(none);
  EXPECT_EQ(half_mass_share(none), 0);
}

TEST(Saliency, HalfOfItLiesOnTheFewestPixels) {
  EXPECT_FLOAT_EQ(half_mass_share(std::vector<float>(8, 0.3f)), 0.5f);
  EXPECT_FLOAT_EQ(half_mass_share(std::vector<float>{0, 0, 1, 0}), 0.25f);
  EXPECT_FLOAT_EQ(half_mass_share(std::vector<float>{1, 2, 3, 4}), 0.5f);  // 4 + 3 ≥ 5 > 4
}

}  // namespace
}  // namespace giemsa
