// From a model to answers that may be trusted: calibrate, measure in every way, join, predict.

#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>

#include "cli/test_folder.h"
#include "data/made_source.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/random.h"

namespace giemsa::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// Whether a text has a number that is none. Pictures in pages, which hold any letters, are passed over.
bool has_nan(std::string_view text) {
  const auto is_letter = [&](std::size_t i) {
    return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("base64,"))
      at = std::min(text.find_first_of("\"')", at), text.size() - 1);
    for (const std::string_view word : {"nan", "NaN", "inf"}) {
      if (text.substr(at).starts_with(word) && (at == 0 || !is_letter(at - 1)) &&
          !is_letter(at + word.size()))
        return true;
    }
  }
  return false;
}

TEST(HasNan, SeesItInNumbersOnly) {
  const std::pair<const char*, bool> cases[] = {{"a,nan\n", true}, {"{\"x\": NaN}", true},
                                                {"-inf", true},    {"information, nanometre, finance", false},
                                                {"", false},       {"<img src=\"base64,/nan+\">", false}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(has_nan(text), expected) << text;
}

/// The data of figures are passed over: there "nan" is gnuplot's word for a gap (page/chart.h).
void expect_no_nan(const TestFolder& folder, const std::string& below) {
  for (const std::string& file : folder.files(below)) {
    if (file.starts_with("figures/")) continue;
    const std::string kind = std::filesystem::path(file).extension();
    if (kind == ".csv" || kind == ".json" || kind == ".html" || kind == ".md") {
      EXPECT_FALSE(has_nan(folder.read(below + "/" + file))) << below << "/" << file;
    }
  }
}

/// Drawn cells in three parts, and a model with fresh weights, calibrated on them: its answers are arbitrary,
/// and what is said of them is true.
class TrustJourney : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.make_cells("cells", 8);
    std::string split = "path,label,split\n";
    for (const std::string_view name : kCellClassNames) {
      for (int i = 1; i <= 8; ++i)
        append_csv_row(split, {fmt::format("{0}/{0}_{1:05}.png", name, i), std::string(name),
                               i <= 3   ? "train"
                               : i <= 7 ? "val"
                                        : "test"});
    }
    folder_.write("split.csv", split);
    folder_.make_model("model.giemsa");
    Random random({3});
    Image noise(32, 32);
    for (int i = 0; i < 3 * 32 * 32; ++i) noise.pixels()[i] = static_cast<std::uint8_t>(random.below(256));
    put_picture(folder_.path("noise.png"), noise);
    folder_.write("broken.png", "no picture");
  }

  Ran calibrate(const std::string& model, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"calibrate", "cells", "--split-file", "split.csv", "--model", model});
    return folder_.giemsa(more);
  }

  CsvTable table(const std::string& file) const { return CsvTable::read(folder_.path(file)); }

  TestFolder folder_;
};

TEST_F(TrustJourney, CalibrationIsPartOfTheModel) {
  const Ran ran = calibrate("model.giemsa", {"--coverage", "0.9"});
  expect_success(ran);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("32 validation pictures"), HasSubstr("(10 folds)"),
                             HasSubstr("conformal sets at 95 %"), HasSubstr("answered, of 90 % wanted")));
  EXPECT_THAT(folder_.files("model.giemsa"),
              ElementsAre("card.md", "memory.safetensors", "model.json", "trust.json", "trust.safetensors",
                          "weights.safetensors"));
  const json trust = json::parse(folder_.read("model.giemsa/trust.json"));
  EXPECT_EQ(trust["fitted_on"], (json{{"validation_pictures", 32}, {"training_pictures", 24}}));
  EXPECT_EQ(trust["abstention"]["coverage"], 0.9);
  EXPECT_THAT(folder_.read("model.giemsa/card.md"), HasSubstr("calibrated on: 32 pictures of the part val"));

  // Again, in another way of looking: nothing of the first is left.
  expect_success(calibrate("model.giemsa", {"--views", "8", "--calibration", "none"}));
  EXPECT_FALSE(json::parse(folder_.read("model.giemsa/trust.json")).contains("calibration"));
  const json model = json::parse(folder_.read("model.giemsa/model.json"));
  EXPECT_EQ(model["viewing"], (json{{"views", 8},
                                    {"standardise", false},
                                    {"cut_frames", false},
                                    {"second_looks", false},
                                    {"deepen_pale", false}}));
  EXPECT_EQ(model["facts"]["calibrated on"], "32 pictures of the part val");
  expect_no_nan(folder_, "model.giemsa");
}

TEST_F(TrustJourney, ACalibrationThatCannotBeLeavesTheModelAsItWas) {
  const std::vector<std::string> start{"calibrate", "cells", "--model", "model.giemsa"};
  const auto call = [&](std::vector<std::string> more) {
    more.insert(more.begin(), start.begin(), start.end());
    return more;
  };
  expect_failures(folder_, ErrorKind::Usage,
                  {{call({"--split-file", "split.csv", "--coverage", "0.999"}), {"a larger familiar"}},
                   {call({"--split-file", "split.csv", "--level", "1"}), {"between 0 and 1"}}});
  expect_failures(folder_, ErrorKind::Data, {{call({}), {"names no split of its own"}}});
  EXPECT_FALSE(folder_.has("model.giemsa/trust.json"));

  expect_success(calibrate("model.giemsa"));
  folder_.cut("model.giemsa/trust.json");
  expect_failures(folder_, ErrorKind::Model,
                  {{{"predict", "--model", "model.giemsa", "noise.png"}, {"delete trust.json"}}});
}

TEST_F(TrustJourney, MeasuresInEveryWay) {
  expect_success(calibrate("model.giemsa"));
  const Ran ran = folder_.giemsa({"evaluate", "cells/", "--model", "model.giemsa", "--split-file",
                                  "split.csv", "--out", "evaluation", "--corruptions", "pixelate",
                                  "augmented", "--medmnist", "bloodmnist_28", "--resamples", "20"});
  expect_success(ran);
  const std::vector<std::string> files = folder_.files("evaluation");
  EXPECT_THAT(files,
              IsSupersetOf({"evaluation.json", "findings.csv", "predictions.csv", "report.html", "report.md",
                            "robustness.csv", "augmented/evaluation.json", "augmented/predictions.csv"}));
  EXPECT_THAT(files, Contains(StartsWith("bloodmnist_test_[AUC]")));
  const CsvTable robustness = table("evaluation/robustness.csv");
  EXPECT_THAT(robustness.header(), ElementsAre("corruption", "severity", "accuracy", "balanced_accuracy"));
  EXPECT_THAT(robustness.rows(), SizeIs(1 + 1 + 5));  // clean, augmented, pixelate
  EXPECT_THAT(table("evaluation/predictions.csv").rows(), SizeIs(8));
  EXPECT_THAT(table("evaluation/augmented/predictions.csv").rows(), SizeIs(8));
  const json figures = json::parse(folder_.read("evaluation/evaluation.json"));
  EXPECT_EQ(figures["context"]["part"], "test");
  EXPECT_EQ(json::parse(folder_.read("evaluation/augmented/evaluation.json"))["context"]["part"],
            "test, augmented");
  EXPECT_THAT(folder_.read("evaluation/report.md"), AllOf(HasSubstr("on cells"), HasSubstr("temperature")));
  expect_no_nan(folder_, "evaluation");

  // What cannot be measured is refused before anything is.
  const auto call = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"evaluate", "cells", "--model", "model.giemsa", "--out", "none"});
    return more;
  };
  expect_failures(folder_, ErrorKind::Usage,
                  {{call({"--corruptions", "pixelte"}), {"'pixelte'", "did you mean 'pixelate'?"}},
                   {call({"--medmnist", "bloodmnist"}), {"the part 'all'"}}});
  EXPECT_FALSE(folder_.has("none"));
}

TEST_F(TrustJourney, SaysWhereItWasCalibratedOnWhatIsMeasured) {
  // As data that name their own split.
  std::string manifest = "path,label,split\n";
  const CsvTable split = table("split.csv");
  for (const auto& row : split.rows()) append_csv_row(manifest, {"cells/" + row[0], row[1], row[2]});
  folder_.write("cells.csv", manifest);
  expect_success(folder_.giemsa({"calibrate", "cells.csv", "--model", "model.giemsa"}));
  const auto report_of = [&](const std::string& part) {
    expect_success(folder_.giemsa({"evaluate", "cells.csv", "--model", "model.giemsa", "--split", part,
                                   "--out", part, "--resamples", "0"}));
    return folder_.read(part + "/report.md");
  };
  const std::string val = report_of("val"), test = report_of("test"), all = report_of("all");
  EXPECT_THAT(val, HasSubstr("too good"));
  EXPECT_THAT(all, HasSubstr("too good"));
  EXPECT_THAT(test, Not(HasSubstr("too good")));
}

TEST_F(TrustJourney, MeasuresAnotherLaboratory) {
  expect_success(calibrate("model.giemsa"));
  std::filesystem::create_directories(folder_.path("other"));
  for (const auto& [from, to] : {std::pair("neutrophil", "band"), {"platelet", "dirt"}, {"ig", "ig"}})
    std::filesystem::copy(folder_.path("cells") / from, folder_.path("other") / to);
  put_text(folder_.path("other/ig/ig_00003.png"), "no picture");

  const Ran ran =
      folder_.giemsa({"evaluate", "other", "--model", "model.giemsa", "--class-map", "band=neutrophil",
                      "dirt=", "--other-laboratory", "--out", "evaluation", "--resamples", "20"});
  expect_success(ran);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("standard colours"), HasSubstr("its classes only")));
  const CsvTable laboratory = table("evaluation/laboratory.csv");
  EXPECT_THAT(laboratory.header(), ElementsAre("way", "classes", "accuracy", "accuracy_low", "accuracy_high",
                                               "balanced_accuracy", "macro_f1", "roc_auc"));
  ASSERT_THAT(laboratory.rows(), SizeIs(10));  // five ways, free and restricted
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(laboratory.rows()[i][1], i % 2 == 0 ? "free" : "restricted");

  const CsvTable predictions = table("evaluation/predictions.csv");
  ASSERT_THAT(predictions.rows(), SizeIs(15));  // without dirt, and what cannot be read
  const std::size_t label = predictions.column("label");
  for (const auto& row : predictions.rows())
    EXPECT_EQ(row[label], row[0].starts_with("band") ? "neutrophil" : "ig") << row[0];
  EXPECT_THAT(table("evaluation/findings.csv").rows(), ElementsAre(Contains("ig/ig_00003.png")));
  EXPECT_THAT(folder_.read("evaluation/report.md"),
              HasSubstr("8 pictures of classes that the model does not know"));
  expect_no_nan(folder_, "evaluation");

  expect_failures(folder_, ErrorKind::Data,
                  {{{"evaluate", "other", "--model", "model.giemsa", "--out", "none"},
                    {"the data has the class 'band'", "--class-map 'band=CLASS'"}}});
}

TEST_F(TrustJourney, AnswersOrAbstains) {
  expect_success(calibrate("model.giemsa"));
  const std::string cell = "cells/ig/ig_00008.png";
  const auto predict = [&](const std::string& model, std::vector<std::string> more) {
    more.insert(more.begin(), {"predict", "--model", model, "noise.png", "broken.png", cell});
    return folder_.giemsa(more);
  };
  const Ran csv = predict("model.giemsa", {});
  expect_success(csv);
  EXPECT_THAT(csv.err, AllOf(HasSubstr("broken.png"), HasSubstr("of 2: 1 unlike the cells")));
  EXPECT_FALSE(has_nan(csv.out));
  const CsvTable answers = CsvTable::parse(csv.out, "stdout");
  std::vector<std::string> columns{"path", "predicted", "reason", "set", "novelty"};
  for (const std::string_view name : kCellClassNames) columns.push_back("p_" + std::string(name));
  EXPECT_EQ(answers.header(), columns);
  ASSERT_THAT(answers.rows(), SizeIs(2));
  EXPECT_EQ(answers.rows()[0][0], "noise.png");
  EXPECT_EQ(answers.rows()[0][1], "abstain");
  EXPECT_THAT(answers.rows()[0][2], StartsWith("unlike the cells it was trained on (novelty "));
  EXPECT_EQ(answers.rows()[1][0], cell);

  const Ran as_json = predict("model.giemsa", {"--format", "json", "--answer-all", "--level", "0.5"});
  expect_success(as_json);
  EXPECT_FALSE(has_nan(as_json.out));
  const json all = json::parse(as_json.out);
  ASSERT_THAT(all["predictions"], SizeIs(2));
  EXPECT_THAT(kCellClassNames, Contains(all["predictions"][0]["predicted"].get<std::string>()));
  EXPECT_GT(all["predictions"][0]["novelty"], all["predictions"][1]["novelty"]);
  EXPECT_TRUE(all["predictions"][1]["set"].is_array());
  ASSERT_THAT(all["findings"], SizeIs(1));
  EXPECT_EQ(all["findings"][0]["path"], "broken.png");

  folder_.make_model("plain.giemsa");
  expect_failure(predict("plain.giemsa", {"--level", "0.5"}), ErrorKind::Usage, {"giemsa calibrate"});
}

TEST_F(TrustJourney, AnEnsembleIsAModel) {
  Model other = read_model(folder_.path("model.giemsa"));
  other.network = "squeezenet1_1";
  other.options.input_px = other.preprocess.input_px = 32;
  other.weights = initialise(other.graph(), 2);
  write_model(folder_.path("other.giemsa"), other);
  expect_success(folder_.giemsa({"ensemble", "model.giemsa", "other.giemsa", "--out", "both"}));
  expect_success(folder_.giemsa({"ensemble", "model.giemsa", "both", "other.giemsa", "--out", "four"}));
  EXPECT_THAT(folder_.files("both"),
              ElementsAre("card.md", "members/1/card.md", "members/1/model.json",
                          "members/1/weights.safetensors", "members/2/card.md", "members/2/model.json",
                          "members/2/weights.safetensors", "model.json"));
  EXPECT_TRUE(folder_.has("four/members/4"));

  expect_success(calibrate("both"));
  EXPECT_TRUE(folder_.has("both/trust.json"));
  expect_success(folder_.giemsa({"evaluate", "cells", "--model", "both", "--split-file", "split.csv", "--out",
                                 "evaluation", "--resamples", "20"}));
  EXPECT_THAT(folder_.read("evaluation/report.md"),
              AllOf(HasSubstr("ensemble of 2 networks"), HasSubstr("16 px, 32 px")));
  expect_no_nan(folder_, "evaluation");

  // Of one part of it alone, too; and never over what is there.
  expect_success(folder_.giemsa({"predict", "--model", "both/members/2", "noise.png"}));
  expect_failures(folder_, ErrorKind::Usage,
                  {{{"ensemble", "model.giemsa", "other.giemsa", "--out", "both"}, {"both exists"}}});
}

}  // namespace
}  // namespace giemsa::testing
