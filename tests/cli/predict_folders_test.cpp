// giemsa predict on many pictures: files that grow, interrupted runs, shards, the differential count.

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PredictFolders : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.make_cells("cells", 8);  // 64 pictures
    folder_.make_model("model");
    folder_.cut("cells/ig/ig_00003.png");
  }
  std::vector<std::string> call(const std::vector<std::string>& more) const {
    std::vector<std::string> all{"predict", "cells", "--model", "model"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  TestFolder folder_;
};

TEST_F(PredictFolders, GiveTheSameBytesWhateverTheThreadsAndWherever) {
  const Ran one = folder_.giemsa(call({"--threads", "1"}));
  expect_success(one);
  EXPECT_EQ(CsvTable::parse(one.out, "stdout").rows().size(), 63u);
  EXPECT_EQ(folder_.giemsa(call({"--threads", "5"})).out, one.out);
  const Ran filed = folder_.giemsa(call({"--out", "cells.csv"}));
  expect_success(filed);
  EXPECT_EQ(filed.out, "");
  EXPECT_EQ(folder_.read("cells.csv"), one.out);
  EXPECT_FALSE(folder_.has("cells.csv.part"));
  EXPECT_THAT(filed.err, HasSubstr("ig_00003.png (corrupt)"));

  const Ran json = folder_.giemsa(call({"--format", "json", "--threads", "2"}));
  expect_success(json);
  using Json = nlohmann::ordered_json;
  EXPECT_EQ(Json::parse(json.out).dump(2) + "\n", json.out);  // one document, indented as ever
  expect_success(folder_.giemsa(call({"--format", "json", "--out", "cells.json"})));
  EXPECT_EQ(folder_.read("cells.json"), json.out);
}

TEST_F(PredictFolders, GoOnWhereTheyWereInterrupted) {
  expect_success(folder_.giemsa(call({"--out", "whole.csv"})));
  const std::string whole = folder_.read("whole.csv");
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{20}, whole.find('\n') + 1, whole.size() / 2,
                                  whole.find("ig_00004"), whole.size() - 1, whole.size()}) {
    folder_.write("cells.csv.part", whole.substr(0, bytes));
    const Ran ran = folder_.giemsa(call({"--out", "cells.csv", "--resume", "--count", "count.csv"}));
    expect_success(ran);
    EXPECT_EQ(folder_.read("cells.csv"), whole) << bytes;
    EXPECT_THAT(ran.err, HasSubstr("ig_00003.png (corrupt)")) << bytes;
    EXPECT_THAT(folder_.read("count.csv"), HasSubstr("unreadable,1,")) << bytes;
  }
  expect_success(folder_.giemsa(call({"--out", "cells.csv", "--resume"})));  // all is there
  EXPECT_EQ(folder_.read("cells.csv"), whole);
  expect_success(folder_.giemsa(call({"--out", "fresh.csv", "--resume"})));  // nothing is
  EXPECT_EQ(folder_.read("fresh.csv"), whole);
}

TEST_F(PredictFolders, SurviveBeingKilled) {
  std::vector<std::string> whole = call({"--out", "whole.csv"});
  whole.insert(whole.begin() + 1, 30, "cells");  // more than is written at a time
  expect_success(folder_.giemsa(whole));
  std::vector<std::string> resumed = call({"--out", "cells.csv", "--resume", "--threads", "2"});
  resumed.insert(resumed.begin() + 1, 30, "cells");
  for (const int ms : {5, 40, 90, 150}) {
    const auto program = folder_.start(resumed);
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    program->kill();
  }
  expect_success(folder_.giemsa(resumed));
  EXPECT_EQ(folder_.read("cells.csv"), folder_.read("whole.csv"));
}

TEST_F(PredictFolders, DoNotGoOnWithSomethingElse) {
  expect_success(folder_.giemsa(call({"--out", "whole.csv"})));
  const std::string whole = folder_.read("whole.csv"), half = whole.substr(0, whole.size() / 2);
  folder_.write("cells.csv.part", half);
  expect_failures(
      folder_, ErrorKind::Usage,
      {{call({"--out", "cells.csv"}), {"cells.csv.part is left", "--resume"}},
       {call({"--out", "cells.csv", "--resume", "--shard", "2/2"}), {"cells.csv.part: the row of"}},
       {call({"--resume"}), {"--resume", "--out"}},
       {call({"--resume", "--out", "cells.json", "--format", "json"}), {"--format json"}},
       {call({"--out", "cells/ig/ig_00001.png"}), {"name of a picture"}},
       {call({"--shard", "0/3"}), {"'0/3'", "2/4"}}});
  EXPECT_EQ(folder_.read("cells.csv.part"), half);
  folder_.write("cells.csv.part", "path,label\ncells/a.png,ig\n");
  expect_failures(folder_, ErrorKind::Usage,
                  {{call({"--out", "cells.csv", "--resume"}), {"has the columns"}}});

  // Another model of the same classes.
  folder_.write("cells.csv.part", half);
  Model other = read_model(folder_.path("model"));
  other.weights = initialise(other.graph(), 2);
  write_model(folder_.path("other"), other);
  expect_failures(folder_, ErrorKind::Usage,
                  {{{"predict", "cells", "--model", "other", "--out", "cells.csv", "--resume"},
                    {"the last row is no longer what the model says"}}});
  std::filesystem::create_directories(folder_.path("taken.csv"));
  expect_failures(folder_, ErrorKind::Io,
                  {{call({"--out", "taken.csv"}), {"taken.csv"}},
                   {call({"--out", "none/cells.csv"}), {"none/cells.csv"}}});
}

TEST_F(PredictFolders, StopWhenTheDiskIsFull) {
  const Ran ran = folder_.giemsa(call({"--out", "cells.csv"}), {.max_file_bytes = 2000});
  expect_failure(ran, ErrorKind::Io, {"cells.csv.part"});
  EXPECT_FALSE(folder_.has("cells.csv"));
  expect_success(folder_.giemsa(call({"--out", "cells.csv", "--resume"})));
  EXPECT_EQ(folder_.read("cells.csv"), folder_.giemsa(call({})).out);
}

TEST_F(PredictFolders, AreDividedByShards) {
  const auto rows = CsvTable::parse(folder_.giemsa(call({})).out, "all").rows();
  std::multiset<std::vector<std::string>> all(rows.begin(), rows.end()), parts;
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    const Ran ran = folder_.giemsa(call({"--shard", shard}));
    expect_success(ran);
    const CsvTable table = CsvTable::parse(ran.out, shard);
    parts.insert(table.rows().begin(), table.rows().end());
  }
  EXPECT_EQ(parts, all);
  const Ran none = folder_.giemsa({"predict", "cells/ig/ig_00001.png", "--model", "model", "--shard", "2/2"});
  expect_success(none);
  EXPECT_EQ(CsvTable::parse(none.out, "none").rows().size(), 0u);
}

TEST_F(PredictFolders, AreCounted) {
  const Ran ran = folder_.giemsa(call({"--count", "count.csv", "--answer-all"}));
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr("differential count:"));
  std::map<std::string, int> seen;
  const CsvTable answers = CsvTable::parse(ran.out, "stdout");
  for (const auto& row : answers.rows()) ++seen[row[1]];
  int counted = 0;
  const CsvTable count = CsvTable::read(folder_.path("count.csv"));
  for (const auto& row : count.rows()) {
    if (row[0] == "white cells" || row[0] == "abstained" || row[0] == "unreadable") continue;
    EXPECT_EQ(row[1], std::to_string(seen[row[0]])) << row[0];
    counted += std::stoi(row[1]);
  }
  EXPECT_EQ(counted, 63);
  EXPECT_THAT(folder_.giemsa({"predict", "cells/ig/ig_00001.png", "--model", "model"}).err,
              Not(HasSubstr("differential")));
}

}  // namespace
}  // namespace giemsa::testing
