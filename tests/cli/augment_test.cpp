#include "cli/test_folder.h"
#include "giemsa/image/codec.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(AugmentCommand, DrawsASheetOfAllClassesInTurn) {
  const TestFolder folder;
  folder.make_cells("cells", 2);
  const std::vector<std::string> call{"augment",    "cells", "--policy", "full", "--set", "data.input_px=32",
                                      "--pictures", "9",     "--views",  "3",    "--out", "sheet.png"};
  const Ran ran = folder.giemsa(call);
  expect_success(ran);
  EXPECT_THAT(ran.out, ::testing::StartsWith("basophil basophil/basophil_00001.png\n"));
  EXPECT_THAT(ran.out, HasSubstr("platelet platelet/platelet_00001.png\n"));
  EXPECT_THAT(ran.out, HasSubstr("basophil basophil/basophil_00002.png\n"));  // the ninth
  EXPECT_THAT(ran.out, Not(HasSubstr("eosinophil_00002")));
  EXPECT_THAT(ran.err, HasSubstr("sheet.png: 9 pictures, each as it is and in 3 views of the policy 'full'"));
  const Image sheet = read_image(folder.path("sheet.png"));
  EXPECT_EQ(sheet.width(), 4 + 4 * 36);
  EXPECT_EQ(sheet.height(), 4 + 9 * 36);

  // The same seed draws the same sheet; the first column is the picture itself.
  const std::string first = folder.read("sheet.png");
  expect_success(folder.giemsa(call));
  EXPECT_EQ(folder.read("sheet.png"), first);
  const Image cell = read_image(folder.path("cells/basophil/basophil_00001.png"));
  for (int y = 0; y < 32; ++y)
    ASSERT_TRUE(std::equal(cell.row(y), cell.row(y) + 96, sheet.row(4 + y) + 12)) << "row " << y;
}

TEST(AugmentCommand, ListsWhatPoliciesDo) {
  const TestFolder folder;
  const Ran all = folder.giemsa({"augment", "--list"});
  expect_success(all);
  for (const char* words : {"none: ", "light: ", "full: ", "axon: ", "dl_bois: ", "  randaugment: 2 of 14",
                            "  augmix: 3 chains of 1 to 3 operations", "-180 to 180 deg"})
    EXPECT_THAT(all.out, HasSubstr(words));
  EXPECT_THAT(all.out, ::testing::ContainsRegex("rotate +geometry +1.00"));
  const Ran one = folder.giemsa({"augment", "--list", "--policy", "light"});
  expect_success(one);
  EXPECT_THAT(one.out, HasSubstr("flip_horizontal"));
  EXPECT_THAT(one.out, Not(HasSubstr("full: ")));
}

TEST(AugmentCommand, LeavesBrokenPicturesOut) {
  const TestFolder folder;
  folder.make_cells("cells", 2);
  folder.cut("cells/basophil/basophil_00001.png");
  const Ran ran =
      folder.giemsa({"augment", "cells", "--pictures", "16", "--views", "1", "--out", "sheet.png"});
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr("basophil_00001.png"));
  EXPECT_THAT(ran.err, HasSubstr("15 pictures, each as it is and in 1 view of"));
}

TEST(AugmentCommand, TakesAPolicyAsASettingDoes) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  folder.write("mine.toml", "[augment]\npolicy = \"full\"\n[augment.rotate]\nfrom = 20\nto = 30\n");
  const auto sheet = [&](std::vector<std::string> more) {
    std::vector<std::string> call{"augment", "cells",   "--recipe", "mine.toml", "--pictures",
                                  "3",       "--views", "2",        "--out",     "s.png"};
    call.insert(call.end(), more.begin(), more.end());
    expect_success(folder.giemsa(call));
    return folder.read("s.png");
  };
  const std::string own = sheet({}), light = sheet({"--policy", "light"});
  EXPECT_TRUE(sheet({"--policy", "full"}) == own);
  EXPECT_TRUE(sheet({"--set", "augment.policy=full"}) == own);
  EXPECT_TRUE(light != own);
  EXPECT_TRUE(sheet({"--set", "augment.policy=light"}) == light);
}

TEST(AugmentCommand, ShowsPicturesAsTheyAreWhateverTheNetworkWants) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  const Image cell = read_image(folder.path("cells/basophil/basophil_00001.png"));
  for (const ModelEntry& model : model_registry()) {
    expect_success(folder.giemsa({"augment", "cells", "--pictures", "1", "--views", "1", "--out", "s.png",
                                  "--set", "data.input_px=32", "model.name=" + std::string(model.name)}));
    const Image sheet = read_image(folder.path("s.png"));
    for (int y = 0; y < 32; ++y)
      ASSERT_TRUE(std::equal(cell.row(y), cell.row(y) + 96, sheet.row(4 + y) + 12))
          << model.name << " row " << y;
  }
}

TEST(AugmentCommand, SaysWhatIsWrong) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  folder.write("mine.toml", "[augment.rotate]\nfrom = 20\nto = 10\n");
  folder.write("list.csv", "path,label\ncells/ig/ig_00001.png,ig\n");
  const std::string picture = folder.read("cells/ig/ig_00001.png");
  expect_failures(
      folder, ErrorKind::Usage,
      {{{"augment", "--out", "s.png"}, {"DATA is missing"}},
       {{"augment", "cells"}, {"--out is ''", ".png"}},
       {{"augment", "cells", "--out", "s.jpg"}, {"--out is 's.jpg'"}},
       {{"augment", "cells", "--policy", "ful", "--out", "s.png"}, {"augment.policy", "did you mean 'full'"}},
       {{"augment", "cells", "--seed", "-1", "--out", "s.png"}, {"--seed"}},
       {{"augment", "cells", "--out", "cells/s.png"}, {"must not change"}},
       {{"augment", "list.csv", "--out", "cells/ig/ig_00001.png"}, {"is the picture"}},
       {{"augment", "--list", "--policy", "ful"}, {"did you mean 'full'"}},
       {{"augment", "cells", "--recipe", "mine.toml", "--out", "s.png"},
        {"rotate.from is 20", "rotate.to, 10"}},
       {{"augment", "cells", "--set", "augment.rotat.to=5", "--out", "s.png"},
        {"did you mean 'augment.rotate"}},
       {{"augment", "cells", "--set", "augment.blur.to=99", "--out", "s.png"}, {"from 0 to 20"}},
       {{"augment", "cells", "--pictures", "0", "--out", "s.png"}, {"--pictures"}},
       {{"augment", "cells", "--set", "data.input_px=4096", "--out", "s.png"}, {"pixels", "--views 4"}}});
  EXPECT_FALSE(folder.has("s.png"));
  EXPECT_EQ(folder.files("cells").size(), 8u);
  EXPECT_EQ(folder.read("cells/ig/ig_00001.png"), picture);
  expect_failure(folder.giemsa({"augment", "nowhere", "--out", "s.png"}), ErrorKind::Io, {"nowhere"});
  expect_failure(folder.giemsa({"augment", "cells", "--out", "no/folder/s.png"}), ErrorKind::Io,
                 {"no/folder"});
}

}  // namespace
}  // namespace giemsa::testing
