#include "giemsa/data/inspect.h"

#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(Inspect, CountsMeasuresAndFinds) {
  const TemporaryFolder folder;
  put_picture(folder.path() / "a/1.png", plain(4, 2, 10, 20, 30));
  put_picture(folder.path() / "a/2.png", plain(8, 2, 40, 50, 60));
  put_picture(folder.path() / "b/1.png", plain(4, 2, 0, 255, 7));
  put_text(folder.path() / "b/2.png", "not a picture");
  put_text(folder.path() / "c/1.jpg", "");
  std::uint64_t last = 0;
  const auto source = open_source(folder.path());
  const Inspection seen = inspect(*source, [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, 5u);
    if (done == total) last = done;
  });
  EXPECT_EQ(last, 5u);
  EXPECT_EQ(seen.records, 5u);
  EXPECT_THAT(seen.sizes, ElementsAre(Pair(Pair(4, 2), 2), Pair(Pair(8, 2), 1)));

  ASSERT_EQ(seen.classes.size(), 3u);
  EXPECT_EQ(seen.classes[0].name, "a");
  EXPECT_EQ(seen.classes[0].count, 2u);
  EXPECT_THAT(seen.classes[0].mean_rgb, ElementsAre(30, 40, 50));  // over pixels: 8 of one, 16 of the other
  EXPECT_EQ(seen.classes[1].count, 1u);
  EXPECT_THAT(seen.classes[1].mean_rgb, ElementsAre(0, 255, 7));
  EXPECT_EQ(seen.classes[2].count, 0u);
  EXPECT_THAT(seen.classes[2].mean_rgb, ElementsAre(0, 0, 0));

  ASSERT_EQ(seen.findings.size(), 2u);
  EXPECT_EQ(seen.findings[0].record, "b/2.png");
  EXPECT_EQ(seen.findings[0].reason, "corrupt");
  EXPECT_THAT(seen.findings[0].evidence, HasSubstr("not a picture"));
  EXPECT_EQ(seen.findings[1].record, "c/1.jpg");
  EXPECT_THAT(seen.findings[1].evidence, HasSubstr("the file is empty"));
}

TEST(Inspect, FaultsOfTheProgramAreNotFindings) {
  const auto source = MadeSource::of_sizes({{"a", 1}});
  EXPECT_THAT(error_of(ErrorKind::Internal, [&] { inspect(source, {}); }), HasSubstr("has no pictures"));
}

TEST(Findings, AreWrittenAsCsv) {
  const TemporaryFolder folder;
  write_findings(folder.path() / "findings.csv", {{"a/1.png", "corrupt", "truncated, at \"byte\" 7"},
                                                  {"b/2.png", "unreadable", "no such file"}});
  EXPECT_EQ(read_text(folder.path() / "findings.csv"),
            "record,reason,evidence\n"
            "a/1.png,corrupt,\"truncated, at \"\"byte\"\" 7\"\n"
            "b/2.png,unreadable,no such file\n");
}

}  // namespace
}  // namespace giemsa::testing
