#include "giemsa/cli/class_map.h"

#include <gmock/gmock.h>

#include "core/error_matchers.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Names = std::vector<std::string>;

const Names kModel{"basophil", "eosinophil", "ig", "neutrophil"};

TEST(ClassMap, MatchesByNameInAnyOrder) {
  EXPECT_THAT(match_classes(Names{"neutrophil", "basophil"}, kModel, {}), ElementsAre(3, 0));
}

TEST(ClassMap, MapsSeveralClassesOntoOneAndLeavesOthersOut) {
  EXPECT_THAT(match_classes(Names{"band", "basophil", "dirt", "segmented"}, kModel,
                            Names{"band=neutrophil", "segmented=neutrophil", "dirt="}),
              ElementsAre(3, 0, kLeftOut, 3));
  EXPECT_THAT(match_classes(Names{"basophil", "ig"}, kModel, Names{"basophil=ig"}), ElementsAre(2, 2))
      << "an entry goes before the name";
}

TEST(ClassMap, NamesTheClassThatTheModelLacks) {
  EXPECT_THAT(error_of(ErrorKind::Data,
                       [] {
                         match_classes(Names{"basophil", "blast"}, kModel, {});
                       }),
              AllOf(HasSubstr("the data has the class 'blast', the model does not"),
                    HasSubstr("--class-map 'blast=CLASS'"), HasSubstr("basophil, eosinophil, ig, neutrophil"),
                    HasSubstr("'blast=' to leave it out")));
}

TEST(ClassMap, RefusesEntriesThatMakeNoSense) {
  const struct {
    Names map;
    const char* message;
  } cases[] = {{{"band"}, "'band' is no pair NAME=CLASS"},
               {{"=ig"}, "'=ig' is no pair NAME=CLASS"},
               {{"bend=ig"}, "the data has no class 'bend'"},
               {{"band=neutrophi"}, "the model has no class 'neutrophi'"},
               {{"band=ig", "band="}, "the class 'band' is mapped twice"}};
  for (const auto& c : cases) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { match_classes(Names{"band"}, kModel, c.map); }),
                HasSubstr(c.message));
  }
  EXPECT_THAT(
      error_of(ErrorKind::Usage, [] { match_classes(Names{"band"}, kModel, Names{"band=neutrophi"}); }),
      HasSubstr("did you mean 'neutrophil'?"));
}

}  // namespace
}  // namespace giemsa::testing
