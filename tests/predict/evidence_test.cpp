#include "giemsa/predict/evidence.h"

#include <gmock/gmock.h>

#include <cmath>

#include "giemsa/augment/stain.h"
#include "giemsa/core/error.h"
#include "giemsa/image/symmetry.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/predict/features.h"
#include "giemsa/run/ensemble.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::FloatNear;
using ::testing::Pointwise;

Evidence look(Model model, ImageView picture, const Viewing& viewing = {}) {
  return Networks(model).look(picture, viewing);
}

std::vector<double> shares(std::vector<float> logits) {
  double sum = 0;
  std::vector<double> exponentials;
  for (const float logit : logits) sum += exponentials.emplace_back(std::exp(double{logit}));
  for (double& value : exponentials) value /= sum;
  return exponentials;
}

/// The mean of some lists of one length.
std::vector<double> mean_of(const std::vector<std::vector<double>>& lists) {
  std::vector<double> mean(lists.front().size());
  for (const auto& list : lists) {
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += list[i] / static_cast<double>(lists.size());
  }
  return mean;
}

Image square_noise(std::uint64_t seed) { return crop_and_resize(noise(seed), {.input_px = 40}); }

TEST(Evidence, OfOneViewIsTheNetworksOwn) {
  for (const char* network : {"baseline_cnn", "mobilenet_v2_keras", "convnext_atto"}) {
    const Model model = random_model(network);
    const NativeExecutor executor(model.graph(), model.weights);
    std::vector<float> pixels(32 * 32 * 3), logits(5);
    normalise(crop_and_resize(noise(1), model.preprocess), model.preprocess, pixels.data());
    executor.run(pixels, 1, 1, logits);
    const Evidence evidence = look(model, noise(1));
    EXPECT_THAT(evidence.logits, ElementsAreArray(logits)) << network;
    EXPECT_THAT(evidence.features, ElementsAreArray(FeatureNetwork(model).features(noise(1)))) << network;
  }
}

TEST(Evidence, OfEightViewsIsTheirMean) {
  const Model model = random_model("mobilenet_v2");
  const Image picture = square_noise(2);
  std::vector<std::vector<double>> probabilities, features;
  for (int s = 0; s < kSymmetryCount; ++s) {
    const Evidence one = look(model, turned(picture, parts_of(static_cast<Symmetry>(s))));
    probabilities.push_back(shares(one.logits));
    features.emplace_back(one.features.begin(), one.features.end());
  }
  const Evidence all = look(model, picture, {.views = 8});
  EXPECT_THAT(shares(all.logits), Pointwise(::testing::DoubleNear(1e-5), mean_of(probabilities)));
  EXPECT_THAT(all.features, Pointwise(FloatNear(1e-4f), mean_of(features)));
}

TEST(Evidence, OfEightViewsDoesNotDependOnHowThePictureLies) {
  const Model model = random_model("baseline_cnn");
  const Evidence upright = look(model, square_noise(3), {.views = 8});
  for (int s = 1; s < kSymmetryCount; ++s) {
    const auto symmetry = static_cast<Symmetry>(s);
    const Evidence turn = look(model, turned(square_noise(3), parts_of(symmetry)), {.views = 8});
    EXPECT_THAT(turn.logits, Pointwise(FloatNear(1e-4f), upright.logits)) << symmetry_name(symmetry);
  }
}

TEST(Evidence, MayBeOfThePictureInStandardColours) {
  const Model model = random_model("baseline_cnn");
  const Image small = crop_and_resize(noise(4), model.preprocess);
  EXPECT_EQ(look(model, noise(4), {.standardise = true}).logits, look(model, standardised(small)).logits);
  EXPECT_NE(look(model, noise(4), {.standardise = true}).logits, look(model, noise(4)).logits);
}

TEST(Evidence, OfAnEnsembleIsTheMeanOfItsNetworks) {
  const Model first = random_model("baseline_cnn"), second = random_model("mobilenet_v2_keras", 24);
  const Evidence one = look(first, noise(5)), other = look(second, noise(5));
  const Evidence both = look(make_ensemble({first, second}), noise(5));
  EXPECT_THAT(shares(both.logits),
              Pointwise(::testing::DoubleNear(1e-6), mean_of({shares(one.logits), shares(other.logits)})));

  std::vector<double> unit;
  for (const auto* features : {&one.features, &other.features}) {
    double square = 0;
    for (const float f : *features) square += double{f} * f;
    for (const float f : *features) unit.push_back(f / std::sqrt(square));
  }
  EXPECT_THAT(both.features, Pointwise(FloatNear(1e-6f), unit));
}

TEST(Evidence, RefusesOtherNumbersOfViews) {
  EXPECT_THROW(look(random_model("baseline_cnn"), noise(1), {.views = 4}), Error);
}

}  // namespace
}  // namespace giemsa::testing
