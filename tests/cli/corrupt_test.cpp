#include "cli/test_folder.h"
#include "giemsa/corrupt/variant.h"
#include "giemsa/data/source.h"
#include "giemsa/image/codec.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

TEST(CorruptCommand, ListsTheCorruptionsWithoutData) {
  const TestFolder folder;
  const Ran ran = folder.giemsa({"corrupt", "--list"});
  expect_success(ran);
  for (const Corruption& corruption : corruptions())
    EXPECT_THAT(ran.out, HasSubstr(std::string(corruption.name) + " "));
  EXPECT_THAT(ran.out, HasSubstr("share of the side that is left: 0.6, 0.5, 0.4, 0.3, 0.25\n"));
  EXPECT_THAT(ran.out, HasSubstr("radius in px, sigma in px: 3, 3; 5, 5; 10, 5; 10, 7; 10, 9\n"));
  EXPECT_THAT(ran.out, HasSubstr("\naugmented "));
}

TEST(CorruptCommand, WritesSetsWithCardsAndASheet) {
  const TestFolder folder;
  folder.make_cells("cells", 2);
  folder.write("cells/ig/torn.png", "torn");
  const Ran ran = folder.giemsa({"corrupt", "cells", "--corruption", "bubble,augmented", "--severity", "3",
                                 "--seed", "9", "--out", "corrupted"});
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr("ig/torn.png (corrupt)"));
  EXPECT_THAT(ran.err, HasSubstr("16 pictures in each of 2 sets in corrupted, for measuring only"));
  EXPECT_THAT(folder.read("corrupted/bubble/3/corruption.toml"),
              ::testing::AllOf(HasSubstr("for measuring only"), HasSubstr("severity = 3"),
                               HasSubstr("seed = 9"), HasSubstr("source = \"cells\"")));
  EXPECT_THAT(folder.read("corrupted/augmented/corruption.toml"), HasSubstr("severity = 0"));
  EXPECT_EQ(open_source(folder.path("corrupted/bubble/3"))->records().size(), 16u);
  EXPECT_EQ(open_source(folder.path("corrupted/augmented/manifest.csv"))->records().size(), 16u);
  EXPECT_EQ(folder.files("cells").size(), 17u);

  expect_success(folder.giemsa({"corrupt", "corrupted/bubble/3", "--tile", "32", "--sheet", "sheet.png"}));
  const Image sheet = read_image(folder.path("sheet.png"));
  EXPECT_EQ(sheet.width(), 150 + 6 * 36);
  EXPECT_EQ(sheet.height(), 22 + 11 * 36);
}

TEST(CorruptCommand, GivesTheSameBytesWhateverTheThreads) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  for (const char* threads : {"1", "3"}) {
    expect_success(folder.giemsa({"corrupt", "cells", "--corruption", "stain_deposit", "--threads", threads,
                                  "--out", std::string("threads") + threads}));
  }
  const auto files = folder.files("threads1");
  EXPECT_EQ(files.size(), 5u * (8 + 2));
  EXPECT_EQ(folder.files("threads3"), files);
  for (const std::string& file : files)
    EXPECT_EQ(folder.read("threads1/" + file), folder.read("threads3/" + file));
}

TEST(CorruptCommand, TakesThePartOfASplit) {
  const TestFolder folder;
  folder.make_cells("cells", 3);
  expect_success(folder.giemsa({"split", "cells", "--out", "split.csv", "--ratios", "1/1/1"}));
  const Ran ran = folder.giemsa({"corrupt", "cells", "--corruption", "saturate", "--severity", "1", "--split",
                                 "test", "--split-file", "split.csv", "--out", "corrupted"});
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr("8 pictures in each of 1 set in"));
}

TEST(CorruptCommand, ShowsWhatCanBeReadOnASheet) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  folder.write("cells/basophil/basophil_00001.png", "torn");
  folder.write("cells/ig/ig_00001.png", "torn");
  const Ran ran = folder.giemsa({"corrupt", "cells", "--tile", "16", "--sheet", "sheet.png"});
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr("2 pictures cannot be used:\n  basophil/basophil_00001.png (corrupt)"));
  for (const std::string& file : folder.files("cells")) folder.write("cells/" + file, "torn");
  expect_failure(folder.giemsa({"corrupt", "cells", "--sheet", "none.png"}), ErrorKind::Data,
                 {"no picture of cells can be read"});
  EXPECT_FALSE(folder.has("none.png"));
}

TEST(CorruptCommand, CopiesKeepTheirCardThroughConvert) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  expect_success(
      folder.giemsa({"corrupt", "cells", "--corruption", "bubble", "--severity", "3", "--out", "hurt"}));
  expect_success(folder.giemsa({"convert", "hurt/bubble/3", "--to", "manifest", "--out", "hurt.csv"}));
  expect_failures(
      folder, ErrorKind::Usage,
      {{{"convert", "hurt/bubble/3", "--to", "folders", "--out", "x"}, {"the card", "--to manifest"}},
       {{"convert", "hurt/bubble/3", "--to", "npz", "--out", "x.npz"}, {"the card"}},
       {{"convert", "hurt.csv", "--to", "folders", "--out", "x"}, {"the card"}}});
  EXPECT_FALSE(folder.has("x"));
  EXPECT_FALSE(folder.has("x.npz"));
}

TEST(CorruptCommand, RefusesWhatCannotBe) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  folder.write("list.csv",
               "path,label\ncells/ig/ig_00001.png,ig\ncells/basophil/basophil_00001.png,basophil\n");
  folder.write("split.csv",
               "path,label,split\ncells/ig/ig_00001.png,ig,train\n"
               "cells/basophil/basophil_00001.png,basophil,test\n");
  expect_failures(
      folder, ErrorKind::Usage,
      {{{"corrupt", "cells"}, {"nothing is asked for", "--out"}},
       {{"corrupt", "--out", "out"}, {"DATA is missing"}},
       {{"corrupt", "cells", "--corruption", "blur", "--out", "out"}, {"no corruption 'blur'"}},
       {{"corrupt", "cells", "--corruption", "bubbles", "--out", "out"}, {"did you mean 'bubble'?"}},
       {{"corrupt", "cells", "--severity", "6", "--out", "out"}, {"severity is '6'", "1 to 5"}},
       {{"corrupt", "cells", "--corruption", "augmented", "--severity", "3", "--out", "out"},
        {"'augmented' has no severities"}},
       {{"corrupt", "cells", "--seed", "-1", "--out", "out"}, {"--seed"}},
       {{"corrupt", "list.csv", "--split", "test", "--split-file", "split.csv", "--sheet",
         "cells/ig/ig_00001.png"},
        {"is the picture"}},
       {{"corrupt", "cells", "--out", "cells"}, {"must not change"}},
       {{"corrupt", "cells", "--out", "cells/ig/copies"}, {"must not change"}},
       {{"corrupt", "cells", "--sheet", "cells/sheet.png"}, {"must not change"}},
       {{"corrupt", "cells", "--split-file", "s.csv", "--out", "out"}, {"--split test"}}});
  EXPECT_FALSE(folder.has("out"));
  EXPECT_EQ(folder.files("cells").size(), 8u);
}

}  // namespace
}  // namespace giemsa::testing
