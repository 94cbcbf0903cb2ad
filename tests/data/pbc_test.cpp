// The real pictures: PBC (Acevedo et al. 2020) with its split.
#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/split/split.h"
#include "shared_data.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;

TEST(Pbc, FolderAndSplitAreAsPublished) {
  GIEMSA_NEEDS_SHARED("data/pbc/split.csv");
  const auto source = open_source(shared_data("data/pbc/images"));
  EXPECT_THAT(source->classes(), ElementsAre("basophil", "eosinophil", "erythroblast", "ig", "lymphocyte",
                                             "monocyte", "neutrophil", "platelet"));
  EXPECT_EQ(source->records().size(), 13'681u);
  const Split split = read_split(shared_data("data/pbc/split.csv"), *source);
  EXPECT_EQ(split.members(Part::Train).size(), 12'317u);
  EXPECT_EQ(split.members(Part::Val).size(), 1'364u);
  EXPECT_EQ(split.members(Part::Test).size(), 0u);

  const TemporaryFolder folder;
  write_split(folder.path() / "split.csv", split, *source);
  const Split again = read_split(folder.path() / "split.csv", *source);
  EXPECT_EQ(split_hash(again, *source), split_hash(split, *source));
}

}  // namespace
}  // namespace giemsa::testing
