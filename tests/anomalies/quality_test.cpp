#include "giemsa/anomalies/quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// `count` different ordinary pictures; sharpness spreads evenly from 10 to 12.
std::vector<PictureFacts> ordinary(std::size_t count) {
  std::vector<PictureFacts> pictures(count);
  for (std::size_t i = 0; i < count; ++i) {
    pictures[i].pixels.low = i;
    pictures[i].statistics = {.luma_mean = 180,
                              .luma_std = 30,
                              .luma_range = 150,
                              .sharpness = 10 + 2 * static_cast<float>(i) / static_cast<float>(count),
                              .entropy_bits = 6};
  }
  return pictures;
}

/// "record reason" of each fault.
std::vector<std::string> faults(const std::vector<PictureFacts>& pictures,
                                const QualityOptions& options = {}) {
  std::vector<std::string> texts;
  for (const QualityFault& fault : find_quality_faults(pictures, options))
    texts.push_back(std::to_string(fault.record) + " " + std::string(fault.reason));
  return texts;
}

TEST(Quality, NamesTheFirstFaultOfAPicture) {
  const struct {
    float mean, range, entropy, sharpness;
    const char* reason;
  } cases[] = {
      {180, 12, 6, 11, "constant"},  {180, 13, 6, 11, nullptr},   {39, 150, 6, 11, "dark"},
      {40, 150, 6, 11, nullptr},     {246, 150, 6, 11, "bright"}, {245, 150, 6, 11, nullptr},
      {8, 12, 2, 11, "dark"},        {2, 3, 1, 0, "constant"},  // underexposed, or nothing at all
      {250, 9, 2, 11, "bright"},     {254, 3, 1, 0, "constant"},  {180, 150, 2.4f, 11, "low_information"},
      {180, 150, 2.5f, 11, nullptr}, {180, 150, 6, 3, "blurred"}, {180, 150, 6, 9, nullptr},
      {30, 150, 1, 0.1f, "dark"},
  };
  for (const auto& c : cases) {
    auto pictures = ordinary(30);
    pictures[7].statistics = {.luma_mean = c.mean,
                              .luma_std = 30,
                              .luma_range = c.range,
                              .sharpness = c.sharpness,
                              .entropy_bits = c.entropy};
    SCOPED_TRACE(::testing::Message() << c.mean << " " << c.range << " " << c.entropy << " " << c.sharpness);
    if (c.reason) {
      EXPECT_THAT(faults(pictures), ElementsAre(std::string("7 ") + c.reason));
    } else {
      EXPECT_THAT(faults(pictures), IsEmpty());
    }
  }
}

TEST(Quality, TellsWhatItSaw) {
  auto pictures = ordinary(1);
  pictures[0].statistics.luma_mean = 12.34f;
  EXPECT_THAT(find_quality_faults(pictures, {}).at(0).evidence, HasSubstr("mean luma 12.3; below 40"));
}

TEST(Quality, CopiesDoNotMakeOtherPicturesBlurred) {
  auto pictures = ordinary(100);
  for (std::size_t i = 0; i < 60; ++i) pictures[i] = pictures[99];  // the sharpest
  EXPECT_THAT(faults(pictures), IsEmpty());
}

TEST(Quality, PicturesThatAreAllAlikeAreNotBlurred) {
  auto pictures = ordinary(100);
  for (std::size_t i = 0; i < 100; ++i) pictures[i].statistics.sharpness = i < 70 ? 11.f : 10.5f;
  EXPECT_THAT(faults(pictures), IsEmpty());
  pictures[3].statistics.sharpness = 3;
  EXPECT_THAT(faults(pictures), ElementsAre("3 blurred"));
  EXPECT_THAT(faults(pictures, {.blur_deviations = 10}), IsEmpty());
}

TEST(Quality, AFewPicturesHaveNoMeasureOfBlur) {
  auto pictures = ordinary(19);
  pictures[0].statistics.sharpness = 0.5f;
  EXPECT_THAT(faults(pictures), IsEmpty());
}

TEST(Quality, BrokenPicturesArePassedOver) {
  auto pictures = ordinary(2);
  pictures[1] = {};
  pictures[1].broken = Finding{"b", "corrupt", ""};
  EXPECT_THAT(faults(pictures), IsEmpty());
}

}  // namespace
}  // namespace giemsa
