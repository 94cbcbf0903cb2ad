#include "giemsa/cli/network_opinion.h"

#include "cli/test_folder.h"
#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Three records of two classes: "a/0", "a/1", "b/0".
MadeSource source() { return MadeSource::of_sizes({{"a", 2}, {"b", 1}}); }

/// By the predictions in 1.csv and 2.csv.
NetworkOpinion opinion_of(const TestFolder& folder) {
  OpinionArguments args;
  args.predictions = {folder.path("1.csv").string(), folder.path("2.csv").string()};
  return form_opinion(source(), args);
}

TEST(NetworkOpinion, JoinsTheFilesOfFolds) {
  const TestFolder folder;
  folder.write("1.csv", "id,path,label,predicted,p_a,p_b\na/1,a/1,a,a,0.75,0.25\n");
  folder.write("2.csv", "id,path,label,predicted,p_b,p_a\nb/0,b/0,b,b,0.875,0.125\n");  // another order
  const NetworkOpinion opinion = opinion_of(folder);
  EXPECT_THAT(opinion.predicted, ElementsAre(0, 1, 1));
  EXPECT_THAT(opinion.probabilities, ElementsAre(0, 0, 0.75f, 0.25f, 0.125f, 0.875f));
  EXPECT_TRUE(opinion.features.empty());
}

TEST(NetworkOpinion, IsEmptyWhereNothingIsGiven) {
  const NetworkOpinion opinion = form_opinion(source(), {});
  EXPECT_TRUE(opinion.probabilities.empty() && opinion.features.empty());
}

TEST(NetworkOpinion, RefusesPredictionsThatDoNotFit) {
  const TestFolder folder;
  folder.write("1.csv", "id,path,label,predicted,p_a,p_b\na/1,a/1,a,a,0.75,0.25\n");
  const struct {
    const char* second;
    const char* says;
  } cases[] = {
      {"id,path,label,predicted,p_a,p_b\na/1,a/1,a,a,0.75,0.25\n", "'a/1' is predicted more than once"},
      {"id,path,label,predicted,p_a,p_b\nc/0,c/0,a,a,0.75,0.25\n", "'c/0' is not in the data set"},
      {"id,path,label,predicted,p_a,p_b,p_c\na/0,a/0,a,a,1,0,0\n", "class 'c' is not in the data set"},
      {"id,path,label,predicted,p_a\na/0,a/0,a,a,1\n", "class 'b' of the data set is not predicted"},
  };
  for (const auto& c : cases) {
    folder.write("2.csv", c.second);
    EXPECT_THAT(error_of(ErrorKind::Data, [&] { opinion_of(folder); }), HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace giemsa::testing
