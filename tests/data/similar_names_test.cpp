#include "giemsa/data/similar_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(SimilarNames, TwoSpellingsOfOneClass) {
  EXPECT_THAT(similar_class_names({"Monocyte", "monocyte"}), ElementsAre(Pair("Monocyte", "monocyte")));
  EXPECT_THAT(similar_class_names({"neutrophil", "neutrophil "}),
              ElementsAre(Pair("neutrophil", "neutrophil ")));
  EXPECT_THAT(similar_class_names({"IG", "basophil", "ig"}), ElementsAre(Pair("IG", "ig")));
  EXPECT_THAT(similar_class_names({"band cell", "band-cell", "band_cell"}),
              ElementsAre(Pair("band cell", "band-cell"), Pair("band cell", "band_cell")));
  EXPECT_THAT(similar_class_names({"\tA  b\r", "a_b"}), ElementsAre(Pair("\tA  b\r", "a_b")));
}

TEST(SimilarNames, OthersAreDifferent) {
  EXPECT_THAT(similar_class_names({}), IsEmpty());
  EXPECT_THAT(similar_class_names({"monocyte", "monocytes", "monoblast"}), IsEmpty());
  EXPECT_THAT(similar_class_names({"CD4", "CD4-", "CD4+"}), IsEmpty());
  EXPECT_THAT(similar_class_names({"class_1", "class_11", "class_2"}), IsEmpty());
}

}  // namespace
}  // namespace giemsa::testing
