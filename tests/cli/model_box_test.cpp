// The model that comes with giemsa: used where none is named.

#include <cstdlib>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A folder with a box of its own, in which a model lies.
class BoxedModel : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.make_cells("cells", 2);
    folder_.make_model("box/blood_cells.giemsa");
    ::setenv("GIEMSA_MODELS", folder_.path("box").c_str(), 1);
  }
  void TearDown() override { ::unsetenv("GIEMSA_MODELS"); }

  TestFolder folder_;
};

TEST_F(BoxedModel, AnswersWhereNoneIsNamed) {
  const Ran ran = folder_.giemsa({"predict", "cells/ig"});
  expect_success(ran);
  EXPECT_THAT(ran.err, HasSubstr("the model is " + folder_.path("box/blood_cells.giemsa").string()));
  const Ran by_path = folder_.giemsa({"predict", "cells/ig", "--model", "box/blood_cells.giemsa"}),
            by_name = folder_.giemsa({"predict", "cells/ig", "--model", "blood_cells"});
  EXPECT_EQ(ran.out, by_path.out);
  EXPECT_EQ(ran.out, by_name.out);
  EXPECT_THAT(by_name.err, Not(HasSubstr("the model is")));
  EXPECT_EQ(CsvTable::parse(ran.out, "stdout").rows().size(), 2u);
}

TEST_F(BoxedModel, ExplainsAndIsMeasured) {
  const Ran explained = folder_.giemsa({"explain", "cells/ig", "--out", "seen"});
  expect_success(explained);
  EXPECT_THAT(explained.err, HasSubstr("blood_cells.giemsa"));
  EXPECT_EQ(folder_.files("seen").size(), 2u);

  const Ran measured = folder_.giemsa({"evaluate", "cells", "--out", "evaluation", "--resamples", "0",
                                       "--no-cut-frames", "--other-laboratory"});
  expect_success(measured);
  EXPECT_THAT(measured.err, HasSubstr("blood_cells.giemsa"));
  EXPECT_THAT(folder_.read("evaluation/evaluation.json"), HasSubstr("blood_cells.giemsa"));
  EXPECT_TRUE(folder_.has("evaluation/laboratory.csv"));
}

TEST_F(BoxedModel, HasToBeThere) {
  expect_failures(folder_, ErrorKind::Io,
                  {{{"predict", "cells", "--model", "blood_cell"}, {"no model at blood_cell"}},
                   {{"predict", "cells", "--model", "box/none"}, {"no model at box/none"}}});
  folder_.cut("box/blood_cells.giemsa/weights.safetensors");
  expect_failures(folder_, ErrorKind::Model, {{{"predict", "cells/ig"}, {"weights.safetensors"}}});
}

}  // namespace
}  // namespace giemsa::testing
