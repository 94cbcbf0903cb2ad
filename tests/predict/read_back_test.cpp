#include "giemsa/predict/read_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Pictures a to f, of which b and f cannot be read.
class ReadBack : public ::testing::Test {
 protected:
  LeftOff read(const std::string& text) {
    write_atomic(file_, text);
    rows_.clear();
    unreadable_.clear();
    const PictureList pictures{6,
                               [](std::size_t i) {
                                 if (i == 1 || i == 5) throw Error(ErrorKind::Data, "broken");
                                 return Image(1, 1);
                               },
                               [](std::size_t i) { return std::string(1, static_cast<char>('a' + i)); }};
    return read_back(
        file_, "path,x\n", pictures, [&](const auto& fields) { rows_.push_back(fields[0] + fields[1]); },
        [&](const Finding& finding) { unreadable_.push_back(finding.record); });
  }
  std::string failure(const std::string& text) {
    try {
      read(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      return error.message();
    }
    return "";
  }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "rows.csv.part";
  std::vector<std::string> rows_, unreadable_;
};

TEST_F(ReadBack, SaysWhereTheRowsEnd) {
  const LeftOff left = read("path,x\na,1\nc,2\nd");
  EXPECT_EQ(left.pictures, 3u);
  EXPECT_EQ(left.bytes, 15u);
  EXPECT_EQ(left.last_row, "c,2\n");
  EXPECT_EQ(left.last, 2u);
  EXPECT_THAT(rows_, ElementsAre("a1", "c2"));
  EXPECT_THAT(unreadable_, ElementsAre("b"));
}

TEST_F(ReadBack, BeginsAnewWithoutRows) {
  EXPECT_EQ(read("").bytes, 0u);
  EXPECT_EQ(read("path,").bytes, 0u);
  const LeftOff left = read("path,x\na,");
  EXPECT_EQ(left.bytes, 7u);
  EXPECT_EQ(left.pictures, 0u);
  EXPECT_EQ(left.last_row, "");
  EXPECT_THAT(unreadable_, IsEmpty());
}

TEST_F(ReadBack, RefusesOtherPictures) {
  EXPECT_THAT(failure("path,y\na,1\n"), HasSubstr("has the columns path,y; they would be path,x"));
  EXPECT_THAT(failure("path,x\na,1\nd,2\n"), HasSubstr("the row of 'd' stands where that of 'c' is due"));
  EXPECT_THAT(failure("path,x\na,1\nc,2\nd,3\ne,4\na,1\n"), HasSubstr("'a' is of none of the pictures"));
  EXPECT_THAT(failure("path,x\nc,1\n"), HasSubstr("the row of 'c' stands where that of 'a' is due"));
}

}  // namespace
}  // namespace giemsa
