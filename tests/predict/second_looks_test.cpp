#include "giemsa/predict/second_looks.h"

#include <gmock/gmock.h>

#include "giemsa/augment/geometry.h"
#include "giemsa/augment/stain.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/predict/classifier.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::FloatNear;
using ::testing::Pointwise;

/// A novelty of about 100 / √features for any picture, and this limit of it.
Trust trust_with_limit(float limit, std::size_t features) {
  Trust trust;
  std::vector<float> axis(features), mean(features);
  axis[0] = 1;
  trust.novelty = Novelty{.features = features,
                          .axes = 1,
                          .classes = 1,
                          .mean = mean,
                          .axis = axis,
                          .whitening = {1},
                          .centres = {100},
                          .rest_scale = 0};
  trust.abstention = Abstention{.usual_novelty = limit};
  return trust;
}

TEST(SecondLooks, AreTheMeanOfADeeperStainFromTwoDistances) {
  Model model = random_model("baseline_cnn");
  const Preprocess preprocess = model.preprocess;
  const Networks networks(model);
  const Image picture = pale_noise();
  const Evidence first = networks.look(picture, {});
  const Evidence second = with_second_looks(networks, picture, {}, first);
  EXPECT_EQ(second.features, first.features);

  std::vector<float> mean(first.logits.size());
  for (const double distance : {1.0, 1.3}) {
    const Image square =
        warp(centre_square(picture, preprocess), Geometry{.zoom = 1 / distance}.to_input(), 32);
    const std::vector<float> logits = networks.look(deepened(standardised(square)), {}).logits;
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += logits[k] / 2;
  }
  EXPECT_THAT(second.logits, Pointwise(FloatNear(1e-5f), mean));
}

TEST(SecondLooks, LeaveDeeplyStainedPicturesAsTheyWereSeen) {
  Model model = random_model("baseline_cnn");
  const Networks networks(model);
  const Evidence first = networks.look(noise(7), {});
  ASSERT_GT(nuclear_depth(standardised(noise(7))), kPaleDepth);
  EXPECT_EQ(with_second_looks(networks, noise(7), {}, first).logits, first.logits);
}

TEST(SecondLooks, AreForUnusualPicturesOfModelsThatAskForThem) {
  for (const bool asked : {false, true}) {
    for (const float limit : {0.5f, 1e6f}) {
      Model model = random_model("baseline_cnn");
      model.viewing.second_looks = asked;
      const std::size_t features = Classifier(model).features();
      model.trust = trust_with_limit(limit, features);
      const Classifier classifier(std::move(model));
      const Evidence first = classifier.evidence(pale_noise());
      const Judgement once = judge(classifier.model().trust, first.logits, first.features);
      const Judgement judgement = classifier.judge(pale_noise());
      EXPECT_EQ(judgement.novelty, once.novelty);
      const bool looked_again = asked && limit < 1;
      EXPECT_EQ(judgement.probabilities != once.probabilities, looked_again);
    }
  }
}

}  // namespace
}  // namespace giemsa::testing
