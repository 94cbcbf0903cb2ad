// The real pictures: PBC (Acevedo et al. 2020) with its split.
#include <chrono>

#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/data/crop_cache.h"
#include "giemsa/data/inspect.h"
#include "giemsa/data/split.h"
#include "shared_data.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

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

TEST(Pbc, EveryPictureDecodes) {
  GIEMSA_NEEDS_SHARED("data/pbc/images");
  const auto source = open_source(shared_data("data/pbc/images"));
  const auto started = std::chrono::steady_clock::now();
  const Inspection seen = inspect(*source, {});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  RecordProperty("images_per_second", std::to_string(static_cast<double>(seen.records) / seconds.count()));
  EXPECT_TRUE(seen.findings.empty());
  EXPECT_THAT(seen.sizes, ElementsAre(Pair(Pair(216, 216), 13'316), Pair(Pair(224, 224), 365)));
  std::size_t count = 0;
  for (const auto& c : seen.classes) {
    count += c.count;
    // Giemsa: everything is pinkish, green the weakest channel.
    EXPECT_LT(c.mean_rgb[1], c.mean_rgb[0]) << c.name;
  }
  EXPECT_EQ(count, 13'681u);
}

}  // namespace
}  // namespace giemsa::testing
