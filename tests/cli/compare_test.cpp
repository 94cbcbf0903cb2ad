#include <nlohmann/json.hpp>

#include "cli/test_folder.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr const char* kHead = "id,path,label,predicted,p_ig,p_mono\n";

TEST(Compare, EvaluationsOfForeignAndOwnModels) {
  const TestFolder folder;
  folder.write("e1/predictions.csv", std::string(kHead) + "1,1,ig,ig,0.9,0.1\n2,2,mono,ig,0.6,0.4\n");
  folder.write("e1/evaluation.json",
               R"({"context": {"network": "resnet18", "model": "run", "data": "cells", "part": "test"}})");
  folder.write("e2/predictions.csv", std::string(kHead) + "2,2,mono,mono,0.2,0.8\n1,1,ig,ig,0.7,0.3\n");

  const Ran ran =
      folder.giemsa({"compare", "e1", "Other@cells test=e2", "--resamples", "50", "--out", "both"});
  expect_success(ran);
  EXPECT_THAT(ran.out, HasSubstr("resnet18"));
  EXPECT_THAT(ran.out, HasSubstr("Pictures: cells test."));
  EXPECT_THAT(ran.out, HasSubstr("+50.00"));
  EXPECT_THAT(folder.files("both"),
              UnorderedElementsAre("comparison.md", "comparison.csv", "pairs.csv", "comparison.json"));

  const Ran json = folder.giemsa({"compare", "e1", "e2/predictions.csv", "--average", "macro", "--json"});
  expect_success(json);
  EXPECT_EQ(nlohmann::json::parse(json.out)["models"], (nlohmann::json{"resnet18", "predictions"}));
}

TEST(Compare, RefusesWhatItCannotRead) {
  const TestFolder folder;
  folder.write("e1/predictions.csv", std::string(kHead) + "1,1,ig,ig,0.9,0.1\n");
  folder.write("scores/predictions.csv", std::string(kHead) + "1,1,ig,ig,0.9,0.7\n");
  folder.write("per-cent/predictions.csv", std::string(kHead) + "1,1,ig,ig,90,10\n");
  folder.write("run/config.toml", "");
  expect_failures(folder, ErrorKind::Io,
                  {{{"compare", "nowhere"}, {"nowhere"}},
                   {{"compare", "run"}, {"no predictions.csv in run", "giemsa evaluate"}}});
  expect_failures(folder, ErrorKind::Data,
                  {{{"compare", "scores"}, {"sum to 1.6", "probabilities first"}},
                   {{"compare", "per-cent"}, {"p_ig is '90'", "probabilities first"}}});
  expect_failures(folder, ErrorKind::Usage,
                  {{{"compare"}, {"EVALUATION"}},
                   {{"compare", "e1", "e1"}, {"two evaluations of e1 on pictures", "MODEL@SET=FOLDER"}},
                   {{"compare", "e1", "--level", "2"}, {"the level is 2"}},
                   {{"compare", "e1", "--average", "median"}, {"--average"}}});
}

}  // namespace
}  // namespace giemsa::testing
