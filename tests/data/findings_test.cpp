#include "giemsa/data/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "giemsa/core/csv.h"
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
  const auto again = CsvTable::read(file).rows();
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[0][2], "truncated, at \"byte\" 7");
  EXPECT_EQ(again[1][0], "b\n\xff.png");
}

}  // namespace
}  // namespace giemsa
