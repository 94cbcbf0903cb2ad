#include "giemsa/eval/predictions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/random.h"
#include "giemsa/eval/mistakes.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Predictions, AreWrittenForPeople) {
  const TemporaryFolder folder;
  write_predictions(folder.path() / "p.csv", {.classes = {"ig", "a,b"},
                                              .ids = {"x/1", "x/2"},
                                              .paths = {"x/1.png", "x/2.png"},
                                              .labels = {1, -1},
                                              .probabilities = {.75f, .25f, .1f, .9f}});
  EXPECT_EQ(read_text(folder.path() / "p.csv"),
            "id,path,label,predicted,p_ig,\"p_a,b\"\n"
            "x/1,x/1.png,\"a,b\",ig,0.75,0.25\n"
            "x/2,x/2.png,,\"a,b\",0.1,0.9\n");
}

TEST(Predictions, ReadBackTheSameBits) {
  const TemporaryFolder folder;
  Random random({11});
  Predictions p{.classes = {"a", "b", "c"}, .ids = {}, .paths = {}, .labels = {}, .probabilities = {}};
  for (int i = 0; i < 500; ++i) {
    p.ids.push_back("picture \"" + std::to_string(i) + "\"\nof many");
    p.paths.push_back("ünï/" + std::to_string(i));
    p.labels.push_back(static_cast<int>(random.below(4)) - 1);
    const double a = random.uniform(), b = (1 - a) * std::pow(random.uniform(), 12);  // down to tiny ones
    for (const double value : {a, b, 1 - a - b}) p.probabilities.push_back(static_cast<float>(value));
  }
  write_predictions(folder.path() / "p.csv", p);
  const Predictions back = read_predictions(folder.path() / "p.csv");
  EXPECT_EQ(back.classes, p.classes);
  EXPECT_EQ(back.ids, p.ids);
  EXPECT_EQ(back.paths, p.paths);
  EXPECT_EQ(back.labels, p.labels);
  EXPECT_EQ(back.probabilities, p.probabilities);
}

TEST(Predictions, BadFilesAreRefusedNamingFileAndRow) {
  struct Case {
    const char* text;
    const char* complaint;
  };
  const TemporaryFolder folder;
  const auto csv = folder.path() / "some.csv";
  const std::string head = "id,path,label,predicted,p_ig,p_mono\n";
  for (const auto& [text, complaint] : {
           Case{"id,path,label,p_ig\n", "predicted"},
           Case{"id,path,label,predicted\n", "no column p_<class>"},
           Case{"id,path,label,predicted,p_ig,p_ig\n", "two columns of one class"},
           Case{"1,1,ig,ig,0.6,0.4\n2,2,mona,ig,0.6,0.4\n", "row 2: label 'mona' has no column 'p_mona'"},
           Case{"1,1,ig,blast,0.6,0.4\n", "row 1: predicted 'blast'"},
           Case{"1,1,ig,ig,1.6,-0.6\n", "p_ig is '1.6'"},
           Case{"1,1,ig,ig,nan,1\n", "p_ig is 'nan'"},
           Case{"1,1,ig,ig,,1\n", "p_ig is ''"},
           Case{"1,1,ig,ig,0.6x,0.4\n", "p_ig is '0.6x'"},
           Case{"1,1,ig,ig,0.6,0.3\n", "row 1: the probabilities sum to 0.9"},
           Case{"1,1,ig,mono,0.6,0.4\n", "predicted is 'mono', but the largest probability is p_ig"},
       }) {
    write_atomic(csv, std::string(text).starts_with("id") ? text : head + text);
    try {
      read_predictions(csv);
      ADD_FAILURE() << "was read: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Data) << text;
      EXPECT_THAT(error.message(), HasSubstr(complaint));
      EXPECT_THAT(error.message(), HasSubstr("some.csv"));
    }
  }
  write_atomic(csv, head + "1,1,mona,ig,0.6,0.4\n");
  try {
    read_predictions(csv);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.hint(), HasSubstr("'mono'"));
  }
  write_atomic(csv, head + "1,1,mono,mono,0.5,0.5\n2,2,,ig,0.6001,0.4\n");  // a tie; off by a little
  EXPECT_EQ(read_predictions(csv).labels, (std::vector<int>{1, -1}));
  EXPECT_THROW(read_predictions(folder.path() / "absent.csv"), Error);
}

TEST(Predictions, OfOtherProgramsAreReadByTheNamesOfTheirColumns) {
  const TemporaryFolder folder;
  write_atomic(folder.path() / "p.csv",
               "p_mono,confidence,id,predicted,abstained,p_ig,label,path,note\n"
               "0.125,0.875,7,ig,,0.875,mono,a.png,x\n"
               "0.33,0.66,8,ig,unlike any cell,0.66,,b.png,\n");
  const Predictions p = read_predictions(folder.path() / "p.csv");
  EXPECT_THAT(p.classes, ElementsAre("mono", "ig"));
  EXPECT_THAT(p.ids, ElementsAre("7", "8"));
  EXPECT_THAT(p.labels, ElementsAre(0, -1));
  EXPECT_THAT(p.probabilities, ElementsAre(.125f, .875f, .33f, .66f));  // as written, also where rounded
}

TEST(Predictions, MayBeSmallerThanAnyFloat) {
  const TemporaryFolder folder;
  const auto csv = folder.path() / "p.csv";
  const auto with = [](const char* number) {
    return fmt::format("id,path,label,predicted,p_a,p_b\n1,1,a,a,1,{}\n", number);
  };
  for (const char* number : {"1e-60", "4.9e-324", "1e-46", "-0.0"}) {
    write_atomic(csv, with(number));
    EXPECT_EQ(read_predictions(csv).probabilities[1], 0.f) << number;
  }
  write_atomic(csv, with("1e-45"));
  EXPECT_GT(read_predictions(csv).probabilities[1], 0.f);
  for (const char* number : {"1e60", "-1e-60", "1e-60x"}) {
    write_atomic(csv, with(number));
    EXPECT_THROW(read_predictions(csv), Error) << number;
  }
}

TEST(Predictions, HaveNoMoreClassesThanAModel) {
  const TemporaryFolder folder;
  std::string head = "id,path,label,predicted";
  for (int k = 0; k <= 10'000; ++k) head += fmt::format(",p_{}", k);
  write_atomic(folder.path() / "p.csv", head + "\n");
  EXPECT_THROW(read_predictions(folder.path() / "p.csv"), Error);
}

TEST(Predictions, MustBeProbabilities) {
  const TemporaryFolder folder;
  const auto csv = folder.path() / "p.csv";
  for (const char* numbers : {"0.6,0.41", "0.6,0.39", "0.605,0.4"}) {
    write_atomic(csv, fmt::format("id,path,label,predicted,p_a,p_b\n1,1,a,a,{}\n", numbers));
    EXPECT_EQ(read_predictions(csv).size(), 1u) << numbers;
  }
  for (const char* numbers : {"0.6,0.42", "0.6,0.3", "0.9,0.9", "0,0"}) {
    write_atomic(csv, fmt::format("id,path,label,predicted,p_a,p_b\n1,1,a,a,{}\n", numbers));
    try {
      read_predictions(csv);
      ADD_FAILURE() << numbers;
    } catch (const Error& error) {
      EXPECT_THAT(error.message(), HasSubstr("row 1: the probabilities sum to"));
      EXPECT_THAT(error.hint(), HasSubstr("into probabilities first"));
    }
  }
}

TEST(WorstMistakes, AreTheSurestAndTheFirstOfEquals) {
  const Predictions p{.classes = {"a", "b"},
                      .ids = {"0", "1", "2", "3", "4", "5"},
                      .paths = {"0", "1", "2", "3", "4", "5"},
                      .labels = {0, 1, 1, -1, 0, 1},
                      .probabilities = {.9f, .1f, .8f, .2f, .95f, .05f, .99f, .01f, .2f, .8f, .3f, .7f}};
  EXPECT_THAT(worst_mistakes(p, 10), ElementsAre(2, 1, 4));
  EXPECT_THAT(worst_mistakes(p, 2), ElementsAre(2, 1));
  EXPECT_THAT(worst_mistakes(p, 0), IsEmpty());
}

}  // namespace
}  // namespace giemsa
