#include "giemsa/predict/colours.h"

#include <gmock/gmock.h>

#include "giemsa/augment/stain.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAreArray;

TEST(Colours, StayUnlessTheViewingAsks) {
  EXPECT_THAT(in_colours(pale_noise(), {}).bytes(), ElementsAreArray(pale_noise().bytes()));
}

TEST(Colours, AreStandardWhereAsked) {
  EXPECT_THAT(in_colours(pale_noise(), {.standardise = true}).bytes(),
              ElementsAreArray(standardised(pale_noise()).bytes()));
}

TEST(Colours, OfPaleNucleiAreDeepened) {
  const Image deep = in_colours(pale_noise(), {.deepen_pale = true});
  EXPECT_GT(nuclear_depth(deep), nuclear_depth(standardised(pale_noise())) + 0.1);
  EXPECT_THAT(in_colours(noise(7), {.deepen_pale = true}).bytes(),
              ElementsAreArray(standardised(noise(7)).bytes()))
      << "these are deep";
}

}  // namespace
}  // namespace giemsa::testing
