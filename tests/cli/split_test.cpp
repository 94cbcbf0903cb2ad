// `giemsa split` with subjects, groups and folds.

#include <map>
#include <set>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;
using Parts = std::map<std::string, std::string>;

Parts parts_in(const std::filesystem::path& csv) {
  const CsvTable table = CsvTable::read(csv);
  Parts parts;
  for (const auto& row : table.rows()) parts[row[table.column("path")]] = row[table.column("split")];
  return parts;
}

/// A manifest of 80 cells in which patient p0 has pictures 1 and 2 of every class, and "" the others none.
void write_manifest(const TestFolder& folder) {
  folder.make_cells("cells", 10);
  std::string text = "path,label,subject\n";
  for (const std::string& file : folder.files("cells")) {
    const bool p0 = file.ends_with("00001.png") || file.ends_with("00002.png");
    text += "cells/" + file + "," + file.substr(0, file.find('/')) + (p0 ? ",p0\n" : ",\n");
  }
  folder.write("cells.csv", text);
}

TEST(SplitCommand, KeepsSubjectsAndGroupsTogether) {
  const TestFolder folder;
  write_manifest(folder);
  folder.write("groups.csv",
               "record,group,why\ncells/ig/ig_00003.png,x,near\ncells/monocyte/monocyte_00004.png,x,near\n"
               "gone.png,x,near\n");
  const Ran ran = folder.giemsa(
      {"split", "cells.csv", "--ratios", "60/20/20", "--groups", "groups.csv", "--out", "split.csv"});
  expect_success(ran);
  EXPECT_THAT(ran.out, HasSubstr("monocyte                    6        2        2\n"));
  EXPECT_THAT(ran.out, HasSubstr("groups kept together: 2, of 18 records in all\n"));
  EXPECT_THAT(ran.err, HasSubstr("1 records of groups.csv are not in the data set"));
  const Parts parts = parts_in(folder.path("split.csv"));
  EXPECT_EQ(parts.size(), 80u);
  EXPECT_EQ(parts.at("cells/ig/ig_00003.png"), parts.at("cells/monocyte/monocyte_00004.png"));
  std::set<std::string> of_p0;
  for (const auto& [path, part] : parts) {
    if (path.ends_with("00001.png") || path.ends_with("00002.png")) of_p0.insert(part);
  }
  EXPECT_EQ(of_p0.size(), 1u);
}

TEST(SplitCommand, FoldsAreFilesThatCoverEverything) {
  const TestFolder folder;
  write_manifest(folder);
  const Ran ran =
      folder.giemsa({"split", "cells.csv", "--folds", "3", "--test-share", "0.2", "--out", "folds"});
  expect_success(ran);
  EXPECT_THAT(ran.out, HasSubstr("fold 1   fold 2   fold 3     test\n"));
  EXPECT_THAT(folder.files("folds"), ::testing::ElementsAre("fold-1.csv", "fold-2.csv", "fold-3.csv"));
  std::map<std::string, std::multiset<std::string>> of;
  for (const std::string& file : folder.files("folds")) {
    for (const auto& [path, part] : parts_in(folder.path("folds/" + file))) of[path].insert(part);
  }
  EXPECT_EQ(of.size(), 80u);
  const std::multiset<std::string> fold{"train", "train", "val"}, test{"test", "test", "test"};
  for (const auto& [path, parts] : of) EXPECT_TRUE(parts == fold || parts == test) << path;
}

TEST(SplitCommand, MistakesAreNamed) {
  const TestFolder folder;
  write_manifest(folder);
  folder.write("other.csv", "record,group\nx.png,1\n");
  folder.write("folds/fold-4.csv", "path,label,split\n");
  expect_failures(
      folder, ErrorKind::Usage,
      {{{"split", "cells.csv", "--folds", "1", "--out", "f"}, {"1 folds", "2 to 100"}},
       {{"split", "cells.csv", "--folds", "3", "--test-share", "1", "--out", "f"}, {"test share"}},
       {{"split", "cells.csv", "--folds", "3", "--out", "folds"}, {"more folds than 3", "another"}}});
  expect_failures(folder, ErrorKind::Data,
                  {{{"split", "cells.csv", "--folds", "10", "--out", "f"},
                    {"class 'basophil' has 10 records in 9 groups; 10 folds", "--folds 9"}},
                   {{"split", "cells.csv", "--groups", "other.csv", "--out", "s.csv"},
                    {"none of its 1 records", "cells/basophil/basophil_00001.png"}}});
}

TEST(SplitCommand, NothingThatIsReadIsWrittenOver) {
  const TestFolder folder;
  write_manifest(folder);
  folder.write("folds/fold-2.csv", folder.read("cells.csv"));
  folder.write("groups.csv", "record,group\ncells/ig/ig_00003.png,x\n");
  const std::string manifest = folder.read("cells.csv"), groups = folder.read("groups.csv"),
                    picture = folder.read("cells/ig/ig_00003.png");
  expect_failures(
      folder, ErrorKind::Usage,
      {{{"split", "cells.csv", "--out", "./cells.csv"}, {"cells.csv", "must not change"}},
       {{"split", "cells", "--out", "cells/split.csv"}, {"must not change"}},
       {{"split", "cells.csv", "--out", "cells/ig/ig_00003.png"}, {"is the picture", "must not change"}},
       {{"split", "cells.csv", "--groups", "groups.csv", "--out", "groups.csv"}, {"must not change"}},
       {{"split", "cells", "--folds", "3", "--ignore-duplicates", "--out", "cells"}, {"must not change"}}});
  EXPECT_EQ(folder.read("cells.csv"), manifest);
  EXPECT_EQ(folder.read("groups.csv"), groups);
  EXPECT_EQ(folder.read("cells/ig/ig_00003.png"), picture);
  EXPECT_EQ(folder.files("cells").size(), 80u);
}

TEST(SplitCommand, ClassNamesDoNotReachTheTerminal) {
  const TestFolder folder;
  folder.make_cells("cells", 4);
  const std::string bell = "a\x07";
  std::filesystem::rename(folder.path("cells/ig"), folder.path("cells/" + bell));
  const Ran ran = folder.giemsa({"split", "cells", "--ignore-duplicates", "--out", "split.csv"});
  expect_success(ran);
  EXPECT_EQ(ran.out.find('\x07'), std::string::npos);
  EXPECT_THAT(ran.out, HasSubstr("a\\x07"));
}

}  // namespace
}  // namespace giemsa::testing
