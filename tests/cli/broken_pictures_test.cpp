// A picture that cannot be read among good ones is a finding; work goes on without it.

#include <nlohmann/json.hpp>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kBroken = "ig/ig_00002.png";

/// Six pictures of each class, of which one is cut off in the middle.
class BrokenPictures : public ::testing::Test {
 protected:
  BrokenPictures() {
    folder_.make_cells("cells", 6);
    folder_.cut(std::string("cells/") + kBroken);
  }

  /// That findings.csv names the broken picture, and nothing else.
  void expect_finding(const std::string& csv) const {
    const CsvTable table = CsvTable::read(folder_.path(csv));
    EXPECT_EQ(table.header(), (std::vector<std::string>{"record", "reason", "evidence"}));
    ASSERT_EQ(table.rows().size(), 1u);
    EXPECT_EQ(table.rows()[0][0], kBroken);
    EXPECT_EQ(table.rows()[0][1], "corrupt");
    EXPECT_THAT(table.rows()[0][2], HasSubstr("ig_00002.png"));
  }

  TestFolder folder_;
};

TEST_F(BrokenPictures, Inspect) {
  const Ran ran = folder_.giemsa({"inspect", "cells", "--out", "inspection"});
  expect_success(ran);
  EXPECT_THAT(ran.out, HasSubstr("48 records, 1 cannot be read"));
  EXPECT_THAT(ran.err, HasSubstr(kBroken));
  expect_finding("inspection/findings.csv");
}

TEST_F(BrokenPictures, Evaluate) {
  folder_.make_model("model");
  const Ran ran = folder_.giemsa({"evaluate", "cells", "--model", "model", "--out", "evaluation"});
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr(kBroken));
  expect_finding("evaluation/findings.csv");
  EXPECT_EQ(CsvTable::read(folder_.path("evaluation/predictions.csv")).rows().size(), 47u);
}

TEST_F(BrokenPictures, Train) {
  GIEMSA_NEEDS_TRAIN();
  const Ran ran =
      folder_.giemsa({"train", "cells", "--recipe", "baseline", "--out", "run", "--set", "data.input_px=16",
                      "data.ratios=50/50", "train.batch=8", "stages.0.epochs=1"});
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr("1 broken picture"));
  expect_finding("run/findings.csv");
  // The saved split leaves it out, so that a later evaluation does too.
  EXPECT_THAT(folder_.read("run/split.csv"), HasSubstr(std::string(kBroken) + ",ig,\n"));
}

TEST_F(BrokenPictures, PredictAnswersForTheOthers) {
  folder_.make_model("model");
  const std::vector<std::string> call{"predict", "cells/ig", "--model", "model", "--format"};
  auto csv_call = call, json_call = call;
  csv_call.emplace_back("csv");
  json_call.emplace_back("json");

  const Ran csv = folder_.giemsa(csv_call);
  expect_success(csv);
  EXPECT_EQ(CsvTable::parse(csv.out, "stdout").rows().size(), 5u);
  EXPECT_THAT(csv.err, HasSubstr("ig_00002.png (corrupt)"));

  const Ran json = folder_.giemsa(json_call);
  expect_success(json);
  const auto answer = nlohmann::json::parse(json.out);
  EXPECT_EQ(answer.at("predictions").size(), 5u);
  ASSERT_EQ(answer.at("findings").size(), 1u);
  EXPECT_EQ(answer["findings"][0].at("path"), "cells/ig/ig_00002.png");
  EXPECT_EQ(answer["findings"][0].at("reason"), "corrupt");
}

TEST_F(BrokenPictures, PredictFailsWhenNoneCanBeRead) {
  folder_.make_model("model");
  folder_.write("text.png", "this is no picture");
  folder_.write("empty.jpg", "");
  expect_failures(folder_, ErrorKind::Data,
                  {{{"predict", std::string("cells/") + kBroken, "text.png", "empty.jpg", "--model", "model"},
                    {"ig_00002.png", "text.png", "empty.jpg", "no picture could be read"}}});
}

}  // namespace
}  // namespace giemsa::testing
