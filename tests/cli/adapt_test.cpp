// From a model to one that knows another laboratory's cells, and what can be wrong on the way.

#include <fmt/format.h>

#include "cli/test_folder.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/text.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Drawn cells of two laboratories, one of which has five classes under partly other names, and a model with
/// fresh weights that is calibrated on the first.
class Adapt : public ::testing::Test {
 protected:
  void SetUp() override {
    GIEMSA_NEEDS_TRAIN();
    folder_.make_cells("cells", 8);
    std::string split = "path,label,split\n";
    for (const std::string_view name : kCellClassNames) {
      for (int i = 1; i <= 8; ++i)
        append_csv_row(
            split, {fmt::format("{0}/{0}_{1:05}.png", name, i), std::string(name), i < 5 ? "train" : "val"});
    }
    folder_.write("split.csv", split);
    folder_.make_model("model");
    synthesise(folder_.path("other"), {.per_class = 6, .size_px = 40, .seed = 9}, {});
    for (const char* gone : {"ig", "platelet", "erythroblast"})
      std::filesystem::remove_all(folder_.path("other") / gone);
    std::filesystem::rename(folder_.path("other/neutrophil"), folder_.path("other/segmented"));
  }

  Ran calibrate(const std::string& memory = "40") const {
    return folder_.giemsa(
        {"calibrate", "cells", "--model", "model", "--split-file", "split.csv", "--memory", memory});
  }
  Ran adapt(std::vector<std::string> more = {}) const {
    std::vector<std::string> words{
        "adapt", "model", "other", "--class-map", "segmented=neutrophil", "--out", "new", "--epochs", "3"};
    words.insert(words.end(), more.begin(), more.end());
    return folder_.giemsa(words);
  }
  /// Rows of new/split.csv in a part.
  std::size_t in_part(const std::string& part) const {
    const CsvTable table = CsvTable::read(folder_.path("new/split.csv"));
    const std::size_t column = table.column("split");
    std::size_t count = 0;
    for (const auto& row : table.rows()) count += row[column] == part;
    return count;
  }

  TestFolder folder_;
};

TEST_F(Adapt, LearnsSomePicturesAndMeasuresTheOthers) {
  expect_success(calibrate());
  EXPECT_TRUE(folder_.has("model/memory.safetensors"));
  const Ran ran = adapt({"--per-class", "3", "--set", "folds=2"});
  expect_success(ran);
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("on 15 pictures of the new laboratory"),
                    HasSubstr("on the 32 training pictures in its memory"), HasSubstr("before     after")));
  EXPECT_THAT(ran.err,
              AllOf(HasSubstr("giemsa evaluate other --model new"), HasSubstr("giemsa calibrate HOME")));
  EXPECT_EQ(in_part("train"), 15u);
  EXPECT_EQ(in_part("val"), 15u);

  const Model model = read_model(folder_.path("new"));
  EXPECT_EQ(model.memory.pictures(), 32u);
  EXPECT_TRUE(model.trust.calibration);
  EXPECT_FALSE(model.trust.conformal || model.trust.novelty || model.trust.abstention);
  EXPECT_THAT(
      folder_.read("new/model.giemsa/card.md"),
      AllOf(HasSubstr("adapted to: 15 pictures of 5 classes of other"), Not(HasSubstr("calibrated on"))));
  EXPECT_THAT(folder_.read("new/adapt.toml"), AllOf(HasSubstr("epochs = 3"), HasSubstr("per_class = 3")));

  const Ran measured = folder_.giemsa({"evaluate", "other", "--model", "new", "--class-map",
                                       "segmented=neutrophil", "--out", "evaluation", "--resamples", "0"});
  expect_success(measured);
  EXPECT_THAT(measured.err, HasSubstr("measuring 15 pictures (part: val)"));
  expect_success(folder_.giemsa({"calibrate", "cells", "--model", "new", "--split-file", "split.csv"}));
  expect_success(folder_.giemsa({"predict", "other/segmented", "--model", "new"}));
}

TEST_F(Adapt, LearnsTheTrainPartOfASplitFile) {
  expect_success(calibrate());
  folder_.write(
      "few.csv",
      "path,label,split\nbasophil/basophil_00001.png,basophil,train\nbasophil/basophil_00002.png,basophil,"
      "train\nbasophil/basophil_00003.png,basophil,val\nmonocyte/monocyte_00001.png,monocyte,train\n"
      "monocyte/monocyte_00002.png,monocyte,test\nmonocyte/monocyte_00003.png,monocyte,val\n");
  const Ran refused = adapt({"--split-file", "few.csv"});
  EXPECT_EQ(refused.exit_code, 3);  // a split says of every class where it is
  EXPECT_THAT(refused.err, HasSubstr("class 'eosinophil' occurs in no part"));
}

TEST_F(Adapt, TellsWhatIsWrong) {
  EXPECT_THAT(adapt().err, AllOf(HasSubstr("keeps no memory"), HasSubstr("giemsa calibrate")));
  expect_success(calibrate("0"));
  EXPECT_EQ(adapt().exit_code, 2);
  EXPECT_FALSE(folder_.has("new/model.giemsa"));
  expect_success(calibrate());
  const struct {
    std::vector<std::string> words;
    int exit_code;
    const char* message;
  } cases[] = {
      {{"adapt", "model", "other", "--out", "x"}, 3, "the data has the class 'segmented'"},
      {{"adapt", "nowhere", "other", "--out", "x"}, 4, "nowhere"},
      {{"adapt", "model", "nowhere", "--out", "x"}, 4, "nowhere"},
      {{"adapt", "model", "cells"}, 2, "--out"},
      {{"adapt", "model", "cells", "--out", "x", "--set", "epoch=3"}, 2, "epochs"},
      {{"adapt", "model", "cells", "--out", "x", "--set", "augment=ful"}, 2, "full"},
      {{"adapt", "model", "cells", "--out", "x", "--epoch", "3"}, 2, "--epochs"},
  };
  for (const auto& [words, exit_code, message] : cases) {
    const Ran ran = folder_.giemsa(words);
    EXPECT_EQ(ran.exit_code, exit_code) << join(words, " ") << "\n" << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(message)) << join(words, " ");
    EXPECT_FALSE(folder_.has("x/model.giemsa"));
  }
  expect_success(adapt({"--set", "folds=0"}));
  const Ran again = adapt();
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("new already holds a run"));
}

}  // namespace
}  // namespace giemsa::testing
