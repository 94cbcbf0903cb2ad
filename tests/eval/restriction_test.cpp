#include "giemsa/eval/restriction.h"

#include <gmock/gmock.h>

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

const Predictions kPredictions{.classes = {"basophil", "ig", "monocyte"},
                               .ids = {"a", "b", "c", "d"},
                               .paths = {"a.png", "b.png", "c.png", "d.png"},
                               .labels = {2, 0, -1, 1},
                               .probabilities = {0.1f, 0.6f, 0.3f,  //
                                                 0.8f, 0.2f, 0.0f,  //
                                                 0.0f, 1.0f, 0.0f,  //
                                                 0.2f, 0.2f, 0.6f}};

TEST(Restriction, NamesTheClassesThatOccur) {
  EXPECT_THAT(labelled_classes(kPredictions), ElementsAre(0, 1, 2));
  Predictions fewer = kPredictions;
  fewer.labels = {2, 0, -1, 2};
  EXPECT_THAT(labelled_classes(fewer), ElementsAre(0, 2));
  fewer.labels.assign(4, -1);
  EXPECT_TRUE(labelled_classes(fewer).empty());
}

TEST(Restriction, SharesTheProbabilityAmongTheClassesThatStay) {
  const Predictions two = restricted_to(kPredictions, std::vector{0, 2});
  EXPECT_THAT(two.classes, ElementsAre("basophil", "monocyte"));
  EXPECT_EQ(two.ids, kPredictions.ids);
  EXPECT_EQ(two.paths, kPredictions.paths);
  EXPECT_THAT(two.labels, ElementsAre(1, 0, -1, -1)) << "'ig' is not there any more";
  EXPECT_THAT(two.probabilities,
              Pointwise(FloatNear(1e-6f), {0.25f, 0.75f, 1.f, 0.f, 0.5f, 0.5f, 0.25f, 0.75f}));
  EXPECT_EQ(two.predicted(0), 1) << "was 'ig' before";
}

TEST(Restriction, ToAllClassesChangesNothing) {
  const Predictions all = restricted_to(kPredictions, std::vector{0, 1, 2});
  EXPECT_EQ(all.classes, kPredictions.classes);
  EXPECT_EQ(all.labels, kPredictions.labels);
  EXPECT_THAT(all.probabilities, Pointwise(FloatNear(1e-6f), kPredictions.probabilities));
}

}  // namespace
}  // namespace giemsa
