// From a planted copy to a clean set, as a person does it: plant, inspect, clean, audit, split.

#include <map>
#include <set>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;

/// One column of a table by another.
std::map<std::string, std::string> column(const fs::path& csv, const char* key, const char* value) {
  const CsvTable table = CsvTable::read(csv);
  std::map<std::string, std::string> values;
  for (const auto& row : table.rows()) values[row[table.column(key)]] = row[table.column(value)];
  return values;
}

class Cleaning : public ::testing::Test {
 protected:
  void SetUp() override {
    expect_success(folder_.giemsa({"synth", "cells", "--per-class", "40", "--size", "64"}));
    expect_success(
        folder_.giemsa({"plant", "cells", "--out", "dirty", "--repeat", "30", "--exact-copies", "4", "--near",
                        "20", "--non-cells", "0", "--flips", "0", "--corrupt", "5"}));
  }

  /// The planted kind of each picture of the copy.
  std::map<std::string, std::string> kinds() const {
    return column(folder_.path("dirty/truth.csv"), "path", "kind");
  }

  TestFolder folder_;
};

TEST_F(Cleaning, LeavesTheCellsAndTakesTheRest) {
  const Ran inspected = folder_.giemsa({"inspect", "dirty/images", "--out", "inspection"});
  expect_success(inspected);
  EXPECT_THAT(inspected.out, HasSubstr("repeated                   30\n"));
  EXPECT_THAT(inspected.out, HasSubstr("corrupt                     5\n"));
  EXPECT_THAT(folder_.files("inspection"),
              IsSubsetOf(std::vector<std::string>{"duplicates.csv", "findings.csv", "pictures.csv",
                                                  "report.html", "figures/classes.csv", "figures/classes.gp",
                                                  "figures/classes.svg", "figures/distances.csv",
                                                  "figures/distances.gp", "figures/distances.svg"}));

  const Ran cleaned = folder_.giemsa({"clean", "dirty/images", "--out", "cleaned", "--apply", "link"});
  expect_success(cleaned);
  const auto truth = kinds();
  const auto stays = column(folder_.path("cleaned/manifest.csv"), "id", "label");
  std::size_t cells = 0, kept = 0;
  for (const auto& [path, kind] : truth) {
    if (kind == "repeated" || kind == "corrupt") {
      EXPECT_FALSE(stays.contains(path)) << path << " " << kind;
    }
    cells += kind == "cell";
    kept += kind == "cell" && stays.contains(path);
  }
  EXPECT_GE(kept, cells - 8);  // two originals of contradicting copies, and few more
  const auto changes = column(folder_.path("cleaned/changes.csv"), "record", "action");
  EXPECT_EQ(changes.size() + stays.size(), truth.size());

  // The links make a data set of the same pictures.
  const Ran audited = folder_.giemsa({"audit", "cleaned/images", "dirty/images"});
  expect_success(audited);
  EXPECT_THAT(audited.out, HasSubstr(std::to_string(stays.size()) + " groups of pictures are on both sides"));
  EXPECT_TRUE(fs::is_symlink(folder_.path("cleaned/images/" + folder_.files("cleaned/images").front())));
}

TEST_F(Cleaning, IsRepeatedByItsPolicy) {
  expect_success(folder_.giemsa({"clean", "dirty/images", "--out", "one", "--set", "clean.repeated=keep",
                                 "clean.conflicting=keep", "clean.identical=keep", "clean.non_cells=keep",
                                 "clean.constant=keep"}));
  expect_success(folder_.giemsa({"clean", "dirty/images", "--out", "two", "--policy", "one/policy.toml"}));
  EXPECT_EQ(folder_.read("one/manifest.csv"), folder_.read("two/manifest.csv"));
  EXPECT_EQ(folder_.read("one/changes.csv"), folder_.read("two/changes.csv"));
  const auto stays = column(folder_.path("one/manifest.csv"), "id", "label");
  for (const auto& [path, kind] : kinds()) {
    if (kind == "repeated") {
      EXPECT_TRUE(stays.contains(path)) << path;
    }
  }
}

TEST_F(Cleaning, DuplicatesStayTogetherInASplit) {
  const std::vector<std::string> split{"split", "dirty/images", "--ratios", "60/20/20", "--out"};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = split;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  expect_success(folder_.giemsa(with({"grouped.csv"})));
  const Ran clean = folder_.giemsa({"audit", "dirty/images", "--split", "grouped.csv", "--strict"});
  expect_success(clean);
  expect_success(folder_.giemsa(with({"plain.csv", "--ignore-duplicates"})));
  const Ran leaking =
      folder_.giemsa({"audit", "dirty/images", "--split", "plain.csv", "--out", "leaks.csv", "--strict"});
  expect_failure(leaking, ErrorKind::Data, {"are on both sides", "keeps them together"});
  EXPECT_GT(CsvTable::read(folder_.path("leaks.csv")).rows().size(), 30u);
}

TEST_F(Cleaning, MistakesAreNamed) {
  folder_.write("wrong.toml", "[clean]\nblured = \"drop\"\n");
  folder_.write("predictions.csv", "id,path,label,predicted,p_cat,p_dog\nx,x,cat,cat,0.9,0.1\n");
  expect_failures(
      folder_, ErrorKind::Usage,
      {{{"clean", "dirty/images", "--out", "c", "--policy", "wrong.toml"}, {"blured", "blurred"}},
       {{"clean", "dirty/images", "--out", "c", "--set", "clean.blurred=maybe"}, {"maybe", "drop"}},
       {{"clean", "dirty/images", "--out", "dirty/images/c"}, {"must not change"}},
       {{"inspect", "dirty/images", "--weights", "w.safetensors"}, {"--network"}},
       {{"audit", "dirty/images", "dirty/images", "--split", "s.csv"}, {"--split"}}});
  expect_failures(
      folder_, ErrorKind::Data,
      {{{"inspect", "dirty/images", "--predictions", "predictions.csv"}, {"'cat'", "is not in the data set"}},
       {{"clean", "dirty/images", "--out", "c", "--set", "inspect.near_duplicates.similarity=0",
         "clean.near_duplicates=drop", "clean.identical=drop", "clean.conflicting=drop"},
        {"no picture stays"}}});
}

TEST(CleanArrays, NeedFiles) {
  const TestFolder folder;
  folder.make_cells("cells", 4);
  expect_success(folder.giemsa({"convert", "cells", "--to", "npz", "--out", "cells.npz"}));
  expect_failure(folder.giemsa({"clean", "cells.npz", "--out", "c"}), ErrorKind::Usage,
                 {"arrays", "--apply copy"});
  expect_failure(folder.giemsa({"clean", "cells.npz", "--out", "c", "--apply", "link"}), ErrorKind::Usage,
                 {"link", "--apply copy"});
  expect_success(folder.giemsa({"clean", "cells.npz", "--out", "c", "--apply", "copy"}));
  EXPECT_EQ(folder.files("c/images").size(), 32u);
}

}  // namespace
}  // namespace giemsa::testing
