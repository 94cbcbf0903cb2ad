// The real pictures: PBC (Acevedo et al. 2020).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "giemsa/core/hash.h"
#include "giemsa/inspect/class_summary.h"
#include "shared_data.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Pbc, EveryPictureDecodesAndEveryGroupOfIdenticalFilesIsFound) {
  GIEMSA_NEEDS_SHARED("data/pbc/images");
  const auto source = open_source(shared_data("data/pbc/images"));
  const auto records = source->records();
  const Inspection seen = inspect(*source, {}, {}, {}, {});
  EXPECT_THAT(picture_sizes(seen), ElementsAre(Pair(Pair(216, 216), 13'316), Pair(Pair(224, 224), 365)));
  for (const ClassSummary& c : class_summaries(seen)) {
    EXPECT_EQ(c.broken, 0u);
    EXPECT_LT(c.mean_rgb[1], c.mean_rgb[0]) << c.name;  // Giemsa: pinkish, green the weakest channel
  }

  // The truth, by another hash of the files.
  std::map<std::string, std::set<std::size_t>> by_hash;
  for (std::size_t i = 0; i < records.size(); ++i) by_hash[sha256_of_file(records[i].path)].insert(i);
  std::set<std::set<std::size_t>> truth, found;
  for (const auto& [hash, members] : by_hash) {
    if (members.size() > 1) truth.insert(members);
  }
  std::vector<std::string> conflicting;
  for (const DuplicateGroup& group : seen.groups) {
    std::map<std::size_t, std::set<std::size_t>> same_file;
    for (const Duplicate& member : group.members) {
      if (member.like == member.record || member.likeness == Likeness::Near) continue;
      EXPECT_EQ(member.likeness, Likeness::File) << records[member.record].id;
      same_file[member.like].insert({member.like, member.record});
    }
    for (const auto& [first, members] : same_file) found.insert(members);
    if (!group.conflicting) continue;
    for (const Duplicate& member : group.members) conflicting.push_back(records[member.record].id);
  }
  EXPECT_EQ(truth.size(), 17u);
  EXPECT_EQ(found, truth);
  EXPECT_THAT(conflicting, ElementsAre("eosinophil/EO_225902.jpg", "neutrophil/BNE_191112.jpg"));
}

}  // namespace
}  // namespace giemsa::testing
