#include "giemsa/cli/medmnist_results.h"

#include <gmock/gmock.h>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

const std::vector<int> kSame{0, 1, 2};

TEST(MedmnistResults, ReadsTheNameOfItsDataSets) {
  const MedmnistSet sized = parse_medmnist("bloodmnist_64", "test", kSame, 3);
  EXPECT_EQ(sized.flag, "bloodmnist");
  EXPECT_EQ(sized.size_px, 64);
  const MedmnistSet plain = parse_medmnist("bloodmnist", "val", kSame, 3);
  EXPECT_EQ(plain.flag, "bloodmnist");
  EXPECT_EQ(plain.size_px, 28);
}

TEST(MedmnistResults, RefusesWhatItsProgramCannotRead) {
  const struct {
    const char *name, *part;
    std::vector<int> match;
    const char* says;
  } cases[] = {{"bloodmnist_", "test", kSame, "does not end in a size"},
               {"bloodmnist_big", "test", kSame, "does not end in a size"},
               {"bloodmnist_12345", "test", kSame, "does not end in a size"},
               {"_64", "test", kSame, "names no data set"},
               {"blood/mnist", "test", kSame, "names no data set"},
               {"blood_mnist_64", "test", kSame, "names no data set"},
               {"bloodmnist", "all", kSame, "no results of the part 'all'"},
               {"bloodmnist", "test", {0, 1}, "each class of the data"},
               {"bloodmnist", "test", {0, 1, 1}, "each class of the data"},
               {"bloodmnist", "test", {0, 1, -1}, "each class of the data"}};
  for (const auto& c : cases) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { parse_medmnist(c.name, c.part, c.match, 3); }),
                HasSubstr(c.says));
  }
}

TEST(MedmnistResults, HasTheColumnsOfTheData) {
  const TemporaryFolder folder;
  AnsweredPictures answered;
  answered.predictions = {.classes = {"a", "b", "c"},
                          .ids = {"1", "2"},
                          .paths = {"1", "2"},
                          .labels = {0, 2},
                          .probabilities = {0.5f, 0.25f, 0.25f, 0.125f, 0.75f, 0.125f}};
  const std::vector<int> match{2, 0, 1};  // the data's first class is the model's third
  const std::string file =
      write_medmnist(folder.path(), {"bloodmnist", 64}, "test", answered, match, {1, 0.5});
  EXPECT_EQ(file, "bloodmnist_64_test_[AUC]1.000_[ACC]0.500@giemsa.csv");
  EXPECT_EQ(read_text(folder.path() / file), "0,0.25,0.5,0.25\n1,0.125,0.125,0.75\n");

  answered.findings.resize(1);
  EXPECT_THAT(error_of(ErrorKind::Data,
                       [&] {
                         write_medmnist(folder.path(), {"bloodmnist", 64}, "test", answered, match, {1, 0.5});
                       }),
              HasSubstr("could not be read (1)"));
}

}  // namespace
}  // namespace giemsa::testing
