#include "giemsa/data/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "giemsa/core/file.h"

namespace giemsa {
namespace {

TEST(Findings, AreWrittenAsCsvAndReadAgain) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "findings.csv";
  write_findings(file, {{"a/1.png", "corrupt", "truncated, at \"byte\" 7"},
                        {"b\n\xff.png", "unreadable", "no such file"}});
  EXPECT_EQ(read_text(file),
            "record,reason,evidence\n"
            "a/1.png,corrupt,\"truncated, at \"\"byte\"\" 7\"\n"
            "\"b\n\xff.png\",unreadable,no such file\n");
  const auto again = read_findings(file);
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[0].evidence, "truncated, at \"byte\" 7");
  EXPECT_EQ(again[1].record, "b\n\xff.png");
}

}  // namespace
}  // namespace giemsa
