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
  EXPECT_THAT(ran.err, HasSubstr("8 pictures in each of 1 sets"));
}

TEST(CorruptCommand, RefusesWhatCannotBe) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  expect_failures(
      folder, ErrorKind::Usage,
      {{{"corrupt", "cells"}, {"nothing is asked for", "--out"}},
       {{"corrupt", "--out", "out"}, {"DATA is missing"}},
       {{"corrupt", "cells", "--corruption", "blur", "--out", "out"}, {"no corruption 'blur'"}},
       {{"corrupt", "cells", "--corruption", "bubbles", "--out", "out"}, {"did you mean 'bubble'?"}},
       {{"corrupt", "cells", "--severity", "6", "--out", "out"}, {"severity is '6'", "1 to 5"}},
       {{"corrupt", "cells", "--out", "cells"}, {"must not change"}},
       {{"corrupt", "cells", "--out", "cells/ig/copies"}, {"must not change"}},
       {{"corrupt", "cells", "--sheet", "cells/sheet.png"}, {"must not change"}},
       {{"corrupt", "cells", "--split-file", "s.csv", "--out", "out"}, {"--split test"}}});
  EXPECT_FALSE(folder.has("out"));
  EXPECT_EQ(folder.files("cells").size(), 8u);
}

}  // namespace
}  // namespace giemsa::testing
