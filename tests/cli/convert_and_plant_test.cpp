#include "cli/test_folder.h"
#include "giemsa/plant/truth.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

TEST(ConvertCommand, RoundTripOfDrawnCells) {
  const TestFolder folder;
  folder.make_cells("cells", 2);
  expect_success(folder.giemsa({"convert", "cells", "--to", "npz", "--out", "cells.npz"}));
  expect_success(folder.giemsa({"convert", "cells.npz", "--to", "folders", "--out", "again"}));
  const Ran ran = folder.giemsa({"convert", "again", "--to", "manifest", "--out", "again.csv"});
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr("16 pictures in again.csv"));
  EXPECT_EQ(folder.files("again").size(), 16u);
  EXPECT_THAT(folder.read("again.csv"),
              HasSubstr("\nagain/monocyte/images_000010.png,monocyte,monocyte/images_000010.png\n"));
}

TEST(ConvertCommand, RefusesWhatWouldHarm) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  expect_success(folder.giemsa({"convert", "cells", "--to", "npz", "--out", "cells.npz"}));
  expect_failures(folder, ErrorKind::Usage,
                  {{{"convert", "cells", "--to", "folders", "--out", "cells/copy"}, {"must not change"}},
                   {{"convert", "cells.npz", "--to", "npz", "--out", "./cells.npz"}, {"must not change"}},
                   {{"convert", "cells", "--to", "manifest", "--size", "9", "--out", "m.csv"}, {"--to npz"}},
                   {{"convert", "cells", "--to", "zip", "--out", "x"}, {"zip", "npz"}}});
  folder.write("list.csv", "path,label\ncells/ig/ig_00001.png,ig\n");
  const std::string picture = folder.read("cells/ig/ig_00001.png");
  expect_failures(
      folder, ErrorKind::Usage,
      {{{"convert", "list.csv", "--to", "manifest", "--out", "list.csv"}, {"must not change"}},
       {{"convert", "list.csv", "--to", "manifest", "--out", "cells/ig/ig_00001.png"}, {"is the picture"}},
       {{"convert", "list.csv", "--to", "npz", "--out", "cells/ig/ig_00001.png"}, {"is the picture"}}});
  EXPECT_EQ(folder.read("cells/ig/ig_00001.png"), picture);
  EXPECT_EQ(folder.files("cells").size(), 8u);
}

TEST(PlantCommand, TellsWhatItPlanted) {
  const TestFolder folder;
  folder.make_cells("cells", 5);
  folder.write("cells/ig/torn.png", "torn");
  folder.write("cells/loose.png", "beside the classes");
  const Ran ran =
      folder.giemsa({"plant", "cells", "--repeat", "8,3:ig", "--near", "4", "--non-cells", "5", "--corrupt",
                     "6", "--exact-copies", "2", "--flips", "0.05", "--out", "dirty"});
  expect_success(ran);
  EXPECT_THAT(ran.out, HasSubstr("repeated               11\n"));
  EXPECT_THAT(ran.err, HasSubstr("68 pictures in dirty/images"));
  EXPECT_THAT(ran.err, HasSubstr("1 picture cannot be used:\n  loose.png (unlabelled)"));
  EXPECT_THAT(ran.err, HasSubstr("1 picture cannot be used:\n  ig/torn.png (corrupt)"));
  EXPECT_EQ(read_truth(folder.path("dirty/truth.csv")).size(), 68u);
  EXPECT_EQ(folder.files("dirty/images").size(), 68u);
}

TEST(PlantCommand, RefusesWhatCannotBe) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  expect_failures(folder, ErrorKind::Usage,
                  {{{"plant", "cells", "--out", "dirty"}, {"near-duplicates", "there are 8", "--near"}},
                   {{"plant", "cells", "--out", "cells/dirty"}, {"must not change"}},
                   {{"plant", "cells", "--repeat", "many", "--out", "dirty"}, {"'many'"}}});
  EXPECT_FALSE(folder.has("dirty"));
}

}  // namespace
}  // namespace giemsa::testing
