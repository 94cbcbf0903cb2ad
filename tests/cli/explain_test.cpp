#include "cli/test_folder.h"
#include "giemsa/core/csv.h"
#include "giemsa/image/codec.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

TEST(Explain, WritesAPanelForEachPictureAndNamesItsNeighbours) {
  const TestFolder folder;
  folder.make_cells("cells", 2);
  folder.make_model("model");
  folder.write("broken.png", "no picture");
  const Ran ran = folder.giemsa({"explain", "cells/ig", "broken.png", "--model", "model", "--out", "seen",
                                 "--neighbours", "cells", "--nearest", "2"});
  expect_success(ran);
  EXPECT_THAT(ran.out,
              StartsWith("path,class,probability,share,file,neighbour_1,distance_1,neighbour_2,distance_2\n"
                         "cells/ig/ig_00001.png,"));
  EXPECT_NE(ran.err.find("broken.png"), std::string::npos) << ran.err;
  EXPECT_THAT(folder.files("seen"), ElementsAre("ig_00001.png", "ig_00002.png"));
  folder.write("out.csv", ran.out);
  const CsvTable table = CsvTable::read(folder.path("out.csv"));
  ASSERT_EQ(table.rows().size(), 2u);
  for (std::size_t row = 0; row < 2; ++row) {  // each picture lies in the data, and is its own nearest
    const std::string id = table.rows()[row][table.column("neighbour_1")];
    EXPECT_EQ("cells/" + id, table.rows()[row][table.column("path")]);
    EXPECT_LT(std::stod(table.rows()[row][table.column("distance_1")]), 1e-6);
  }
  // The picture, the overlay and two neighbours of 32 px, with gaps of 6.
  const Image panel = read_image(folder.path("seen/ig_00001.png"));
  EXPECT_EQ(panel.width(), 4 * 32 + 3 * 6);
  EXPECT_EQ(panel.height(), 32);
  const Image picture = read_image(folder.path("cells/ig/ig_00001.png"));
  for (const int from : {0, 2 * (32 + 6)}) {
    for (int y = 0; y < 32; ++y)
      EXPECT_TRUE(std::equal(picture.row(y), picture.row(y) + 96, panel.row(y) + 3 * from))
          << from << ", " << y;
  }
}

TEST(Explain, LooksForNeighboursInTheTrainPartOnly) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  folder.make_model("model");
  folder.write(
      "cells.csv",
      "path,label,split\ncells/ig/ig_00001.png,ig,val\ncells/monocyte/monocyte_00001.png,monocyte,train\n"
      "cells/platelet/platelet_00001.png,platelet,train\n");
  const Ran ran = folder.giemsa({"explain", "cells/ig/ig_00001.png", "--model", "model", "--neighbours",
                                 "cells.csv", "--method", "gradcam", "--class", "ig"});
  expect_success(ran);
  EXPECT_THAT(folder.files("explained"), ElementsAre("ig_00001.png"));
  EXPECT_EQ(ran.out.find("/ig_00001.png,0,"), std::string::npos);
  EXPECT_NE(ran.out.find("monocyte_00001"), std::string::npos);
  EXPECT_NE(ran.out.find("platelet_00001"), std::string::npos);
}

TEST(Explain, RefusesWhatItCannotDo) {
  const TestFolder folder;
  folder.make_cells("cells", 1);
  folder.make_model("model");
  const std::vector<std::string> good{"explain", "cells/ig", "--model", "model"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), good.begin(), good.end());
    return more;
  };
  expect_failures(folder, ErrorKind::Usage,
                  {{with({"--class", "monocite"}), {"no class 'monocite'", "monocyte"}},
                   {with({"--method", "layercm"}), {"no method 'layercm'", "layercam"}},
                   {with({"--out", "cells/ig"}), {"would lie over a picture", "--out"}},
                   {with({"--nearest", "0"}), {"--nearest"}}});
  expect_failures(folder, ErrorKind::Io,
                  {{{"explain", "nowhere.jpg", "--model", "model"}, {"nowhere.jpg does not exist"}},
                   {with({"--neighbours", "nowhere"}), {"nowhere"}}});
  folder.write("broken.png", "no picture");
  expect_failures(folder, ErrorKind::Data,
                  {{{"explain", "broken.png", "--model", "model"}, {"no picture could be read"}}});
  EXPECT_FALSE(folder.has("cells/ig/ig_00001_2.png"));
}

}  // namespace
}  // namespace giemsa::testing
