// From a planted copy to a clean set, as a person does it: plant, inspect, clean, audit, split.

#include <algorithm>
#include <map>
#include <ranges>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

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
                        "20", "--non-cells", "6", "--flips", "0", "--corrupt", "5"}));
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
              IsSupersetOf(std::vector<std::string>{
                  "duplicates.csv", "findings.csv", "pictures.csv", "report.html", "figures/classes.csv",
                  "figures/classes.gp", "figures/classes.png", "figures/classes.svg", "figures/distances.csv",
                  "figures/distances.gp", "figures/distances.png", "figures/distances.svg"}));

  const Ran cleaned = folder_.giemsa({"clean", "dirty/images", "--out", "cleaned", "--apply", "link"});
  expect_success(cleaned);
  const auto truth = kinds();
  const auto stays = column(folder_.path("cleaned/manifest.csv"), "id", "label");
  const auto changes = column(folder_.path("cleaned/changes.csv"), "record", "action");
  std::map<std::string, std::size_t> planted, kept;
  for (const auto& [path, kind] : truth) {
    ++planted[kind];
    kept[kind] += stays.contains(path);
  }
  for (const auto& [kind, count] : std::map<std::string, std::size_t>{
           {"repeated", 30}, {"exact_copy", 4}, {"near_duplicate", 20}, {"non_cell", 6}, {"corrupt", 5}}) {
    EXPECT_EQ(planted[kind], count) << kind;
  }
  EXPECT_EQ(kept["repeated"], 0u);
  EXPECT_EQ(kept["corrupt"], 0u);
  EXPECT_LE(kept["non_cell"], 1u);
  // Of a copy and its original one may stay, whichever.
  std::map<std::string, std::size_t> both;
  for (const auto& [path, original] : column(folder_.path("dirty/truth.csv"), "path", "original")) {
    const std::string& kind = truth.at(path);
    if (kind != "exact_copy" && kind != "near_duplicate") continue;
    ASSERT_TRUE(truth.contains(original)) << original;
    both[kind] += stays.contains(path) && stays.contains(original);
  }
  EXPECT_EQ(both["exact_copy"], 0u);
  EXPECT_LE(both["near_duplicate"], 1u);
  // Two originals of contradicting copies go, and few more.
  EXPECT_GE(kept["cell"] + kept["exact_copy"] + kept["near_duplicate"] + 8, planted["cell"]);
  EXPECT_EQ(std::ranges::count(std::views::values(changes), "drop"),
            static_cast<std::ptrdiff_t>(changes.size()));
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
  expect_failure(clean, ErrorKind::Data, {"5 could not be read", "leaves them out"});  // and nothing else
  EXPECT_THAT(clean.out, HasSubstr("0 groups of pictures are in more than one part"));
  expect_success(folder_.giemsa(with({"plain.csv", "--ignore-duplicates"})));
  const Ran leaking =
      folder_.giemsa({"audit", "dirty/images", "--split", "plain.csv", "--out", "leaks.csv", "--strict"});
  expect_failure(leaking, ErrorKind::Data, {"are in more than one part", "keeps them together"});
  EXPECT_THAT(leaking.out, HasSubstr(" pictures of train\n"));
  EXPECT_THAT(leaking.out, HasSubstr(" more\n"));  // the long group is cut
  EXPECT_GT(CsvTable::read(folder_.path("leaks.csv")).rows().size(), 30u);
  EXPECT_TRUE(column(folder_.path("leaks.csv"), "record", "like_set").size() > 30);
}

TEST_F(Cleaning, MistakesAreNamed) {
  folder_.write("wrong.toml", "[clean]\nblured = \"drop\"\n");
  fs::copy_file(folder_.path("cells/ig/ig_00001.png"), folder_.path("elsewhere.png"));
  folder_.write("list/m.csv", "path,label\n../elsewhere.png,ig\n");
  folder_.write("predictions.csv", "id,path,label,predicted,p_cat,p_dog\nx,x,cat,cat,0.9,0.1\n");
  expect_failures(
      folder_, ErrorKind::Usage,
      {{{"clean", "dirty/images", "--out", "c", "--policy", "wrong.toml"}, {"blured", "blurred"}},
       {{"clean", "dirty/images", "--out", "c", "--set", "clean.blurred=maybe"}, {"maybe", "drop"}},
       {{"clean", "dirty/images", "--out", "dirty/images/c"}, {"must not change"}},
       {{"inspect", "dirty/images", "--out", "dirty/images/c"}, {"must not change"}},
       {{"inspect", "dirty/images", "--out", "dirty/images"}, {"must not change"}},
       {{"audit", "dirty/images", "cells", "--out", "cells/leaks.csv"}, {"must not change"}},
       {{"audit", "dirty/images", "cells", "--out", "dirty/images/leaks.csv"}, {"must not change"}},
       {{"audit", "dirty/images", "--split", "s.csv", "--out", "s.csv"}, {"must not change"}},
       {{"inspect", "dirty/images", "--weights", "w.safetensors"}, {"--network"}},
       {{"inspect", "dirty/images", "--input", "64"}, {"--network"}},
       {{"audit", "list/m.csv", "dirty/images", "--out", "elsewhere.png"}, {"elsewhere.png"}},
       {{"audit", "dirty/images", "dirty/images", "--split", "s.csv"}, {"--split"}}});
  folder_.write("short.csv", "id,path,label,predicted,p_ig\nx,x,ig,ig,1\n");
  expect_failures(
      folder_, ErrorKind::Data,
      {{{"inspect", "dirty/images", "--predictions", "short.csv"}, {"'basophil'", "is not predicted"}},
       {{"inspect", "dirty/images", "--predictions", "predictions.csv"},
        {"'cat'", "is not in the data set"}}});
}

TEST(CleanNothing, IsRefused) {
  const TestFolder folder;
  folder.write("broken/a/1.png", "no picture");
  expect_failure(folder.giemsa({"clean", "broken", "--out", "c"}), ErrorKind::Data,
                 {"no picture stays", "change the policy"});
  EXPECT_FALSE(folder.has("c/manifest.csv"));
}

TEST(CleanResults, AreNotReplaced) {
  const TestFolder folder;
  folder.make_cells("cells", 4);
  expect_success(folder.giemsa({"clean", "cells", "--out", "cleaned"}));
  const std::string manifest = folder.read("cleaned/manifest.csv");
  for (const char* data : {"cells", "cleaned/manifest.csv"}) {
    expect_failure(folder.giemsa({"clean", data, "--out", "cleaned"}), ErrorKind::Usage,
                   {"cleaned/manifest.csv is there already", "another --out"});
  }
  EXPECT_EQ(folder.read("cleaned/manifest.csv"), manifest);
}

TEST(CleanFolders, SayWhatCannotBeWritten) {
  const TestFolder folder;
  folder.make_cells("cells", 4);
  std::filesystem::rename(folder.path("cells/monocyte/monocyte_00001.png"),
                          folder.path("cells/monocyte/odd"));
  std::string manifest = "path,label\ncells/monocyte/odd,monocyte\n";
  for (const char* name : {"00002", "00003"})
    manifest += std::string("cells/monocyte/monocyte_") + name + ".png,monocyte\n";
  folder.write("cells.csv", manifest);
  const Ran ran = folder.giemsa({"clean", "cells.csv", "--out", "c", "--apply", "copy"});
  expect_success(ran);
  EXPECT_EQ(folder.files("c/images").size(), 2u);
  EXPECT_THAT(ran.err, HasSubstr("2 of 3 pictures stay"));
  const auto reasons = column(folder.path("c/findings.csv"), "record", "reason");
  EXPECT_EQ(reasons.at("cells/monocyte/odd"), "unsupported");
}

TEST(InspectionReports, NameTheirData) {
  const TestFolder folder;
  folder.make_cells("cells", 4);
  expect_success(folder.giemsa({"inspect", "cells/", "--out", "seen", "--set", "clean.blurred=drop"}));
  const std::string html = folder.read("seen/report.html");
  EXPECT_THAT(html, HasSubstr("cells</h1>"));
  EXPECT_THAT(html, HasSubstr("clean.blurred = "));
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
