#include "giemsa/augment/mixing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

constexpr int kPictures = 3, kSide = 5, kClasses = 4;

nlohmann::json golden() { return nlohmann::json::parse(std::ifstream(GIEMSA_TEST_DATA "/mixing.json")); }

/// The batch of tests/golden/make/mixing.py.
struct TestBatch {
  std::vector<float> images = std::vector<float>(kPictures * kSide * kSide * 3);
  std::vector<float> targets = std::vector<float>(kPictures * kClasses);

  TestBatch() {
    for (std::size_t i = 0; i < images.size(); ++i) images[i] = static_cast<float>(std::sin(double(i)));
    smooth_targets(std::vector<std::int64_t>{2, 0, 3}, kClasses, 0.1, targets);
  }
  void mix(const Mix& wanted) { apply_mix(wanted, kPictures, images, targets); }
};

void expect_near(const std::vector<float>& values, const nlohmann::json& expected) {
  EXPECT_THAT(values, Pointwise(FloatNear(2e-7f), expected.get<std::vector<float>>()));
}

TEST(SmoothTargets, AreOneHotTargetsSmoothed) {
  expect_near(TestBatch().targets, golden().at("targets"));
  std::vector<float> targets(6);
  smooth_targets(std::vector<std::int64_t>{1, 0}, 3, 0, targets);
  EXPECT_EQ(targets, (std::vector<float>{0, 1, 0, 1, 0, 0}));
  smooth_targets(std::vector<std::int64_t>{1, 0}, 3, 0.3, targets);
  EXPECT_THAT(targets, Pointwise(FloatNear(1e-7f), (std::vector<float>{.1f, .8f, .1f, .8f, .1f, .1f})));
}

TEST(SmoothTargets, RefusesLabelsThatAreNone) {
  std::vector<float> targets(3);
  EXPECT_THROW(smooth_targets(std::vector<std::int64_t>{3}, 3, 0, targets), Error);
  EXPECT_THROW(smooth_targets(std::vector<std::int64_t>{-1}, 3, 0, targets), Error);
  EXPECT_THROW(smooth_targets(std::vector<std::int64_t>{0, 1}, 3, 0, targets), Error);
}

TEST(MixUp, IsPyTorchsWithTheBatchRolledByOne) {
  TestBatch batch;
  batch.mix({MixKind::MixUp, 0.3, {}});
  expect_near(batch.images, golden().at("mixup"));
  expect_near(batch.targets, golden().at("mixup_targets"));
}

TEST(CutMix, IsPyTorchsWithTheBatchRolledByOne) {
  TestBatch batch;
  batch.mix(cutmix(0.35, 1, 3, kSide));
  expect_near(batch.images, golden().at("cutmix"));
  expect_near(batch.targets, golden().at("cutmix_targets"));
}

TEST(CutMix, HasTheBoxOfThePaperCutToThePicture) {
  for (const auto& row : golden().at("boxes")) {
    SCOPED_TRACE(row.dump());
    const Mix mix = cutmix(row[0], row[1], row[2], row[3]);
    EXPECT_EQ(mix.box, (MixBox{row[4], row[5], row[6], row[7]}));
    EXPECT_DOUBLE_EQ(mix.lambda, row[8]);
  }
}

TEST(ApplyMix, LeavesABatchThatIsNotMixedAndABatchOfOne) {
  const TestBatch before;
  TestBatch batch;
  batch.mix({});
  EXPECT_EQ(batch.images, before.images);
  EXPECT_EQ(batch.targets, before.targets);
  for (const Mix& mix : {Mix{MixKind::MixUp, 0.25, {}}, Mix{MixKind::CutMix, 0.75, {0, 0, 1, 1}}}) {
    std::vector<float> image{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, target{1, 0};
    apply_mix(mix, 1, image, target);  // its partner is itself
    EXPECT_THAT(image,
                Pointwise(FloatNear(1e-6f), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})));
    EXPECT_EQ(target, (std::vector<float>{1, 0}));
  }
}

TEST(ApplyMix, RefusesSizesThatDoNotFit) {
  std::vector<float> images(2 * 4 * 4 * 3), targets(2 * 3);
  EXPECT_THROW(apply_mix({MixKind::MixUp, 0.5, {}}, 5, images, targets), Error);
  EXPECT_THROW(apply_mix({MixKind::CutMix, 0.5, {0, 0, 5, 4}}, 2, images, targets), Error);
  std::vector<float> oblong(2 * 4 * 3 * 3);
  EXPECT_THROW(apply_mix({MixKind::MixUp, 0.5, {}}, 2, oblong, targets), Error);
}

/// Drawn mixes of batches in which every picture is filled with its own number.
TEST(Mixes, MakeDistributionsWhoseSharesAreThoseOfThePixels) {
  constexpr int kBatch = 4, kPx = 17;
  for (std::uint64_t draw = 0; draw < 400; ++draw) {
    SCOPED_TRACE(draw);
    Random random({1, fnv1a("mix"), draw});
    const Mix mix = draw_mix({.probability = 1, .mixup_alpha = 0.4, .cutmix_share = 0.5}, kPx, random);
    ASSERT_GE(mix.lambda, 0);
    ASSERT_LE(mix.lambda, 1);
    std::vector<float> images(kBatch * kPx * kPx * 3), targets(kBatch * kBatch);
    for (std::size_t i = 0; i < images.size(); ++i) images[i] = static_cast<float>(i / (kPx * kPx * 3));
    smooth_targets(std::vector<std::int64_t>{0, 1, 2, 3}, kBatch, 0, targets);
    apply_mix(mix, kBatch, images, targets);
    for (int n = 0; n < kBatch; ++n) {
      const int partner = (n + kBatch - 1) % kBatch;
      const float* target = &targets[static_cast<std::size_t>(n) * kBatch];
      EXPECT_NEAR(std::accumulate(target, target + kBatch, 0.f), 1, 1e-6f);
      EXPECT_GE(*std::min_element(target, target + kBatch), 0);
      EXPECT_NEAR(target[n], mix.lambda, 1e-6f);
      EXPECT_NEAR(target[partner], 1 - mix.lambda, 1e-6f);
      const auto pixels =
          std::span(images).subspan(static_cast<std::size_t>(n) * kPx * kPx * 3, kPx * kPx * 3);
      if (mix.kind == MixKind::CutMix) {
        const auto pasted = std::ranges::count(pixels, static_cast<float>(partner));
        EXPECT_EQ(pasted + std::ranges::count(pixels, static_cast<float>(n)), kPx * kPx * 3);
        EXPECT_EQ(1 - static_cast<double>(pasted) / (kPx * kPx * 3), mix.lambda);
      } else {
        for (const float v : pixels) ASSERT_NEAR(v, mix.lambda * n + (1 - mix.lambda) * partner, 1e-6);
      }
    }
  }
}

TEST(DrawMix, MixesTheShareOfBatchesThatIsAskedFor) {
  constexpr int kDraws = 20000;
  int counts[3] = {};
  double mixup_square = 0;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    Random random({7, fnv1a("mix"), draw});
    const Mix mix = draw_mix({.probability = 0.8, .cutmix_share = 0.25}, 96, random);
    ++counts[static_cast<int>(mix.kind)];
    if (mix.kind == MixKind::MixUp) mixup_square += (mix.lambda - 0.5) * (mix.lambda - 0.5);
  }
  EXPECT_NEAR(counts[0] / double(kDraws), 0.2, 0.015);
  EXPECT_NEAR(counts[1] / double(kDraws), 0.6, 0.015);
  EXPECT_NEAR(counts[2] / double(kDraws), 0.2, 0.015);
  EXPECT_NEAR(mixup_square / counts[1], 1 / (4 * (2 * 0.2 + 1)), 0.005);  // the variance of Beta(a, a)
}

TEST(DrawMix, DependsOnTheStreamAlone) {
  const MixOptions options{.probability = 0.9};
  for (std::uint64_t step = 0; step < 50; ++step) {
    Random one({3, fnv1a("mix"), 1, step}), other({3, fnv1a("mix"), 1, step});
    EXPECT_EQ(draw_mix(options, 96, one), draw_mix(options, 96, other));
  }
}

TEST(DrawMix, RefusesOptionsOutOfRange) {
  const auto message = [](const MixOptions& options) {
    Random random({1});
    try {
      draw_mix(options, 96, random);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      return error.message();
    }
    return std::string();
  };
  EXPECT_EQ(message({.probability = 1.5}), "[mix] probability is 1.5; expected 0 to 1");
  EXPECT_EQ(message({.mixup_alpha = 0}), "[mix] mixup_alpha is 0; expected 0.01 to 100");
  EXPECT_THAT(message({.cutmix_alpha = -1}), HasSubstr("cutmix_alpha is -1"));
  EXPECT_THAT(message({.cutmix_share = std::nan("")}), HasSubstr("cutmix_share is nan"));
  EXPECT_EQ(message({}), "");
}

TEST(MixOptions, AreReadWithTheirRanges) {
  MixOptions options;
  const DescribeFunction describe_mix = [&](OptionVisitor& visit) { describe(visit, options); };
  apply_toml(describe_mix, "probability = 0.5\nmixup_alpha = 0.8\ncutmix_share = 0\n", "test");
  EXPECT_EQ(options.probability, 0.5);
  EXPECT_EQ(options.mixup_alpha, 0.8);
  EXPECT_EQ(options.cutmix_share, 0);
  EXPECT_THROW(apply_setting(describe_mix, "mixup_alpha=0"), Error);
  EXPECT_THROW(apply_setting(describe_mix, "probability=1.01"), Error);
  EXPECT_THROW(apply_setting(describe_mix, "cutmix=1"), Error);
}

}  // namespace
}  // namespace giemsa
