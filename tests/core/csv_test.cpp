#include "giemsa/core/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

TEST(CsvTable, ReadsRfc4180) {
  struct Case {
    const char* text;
    Row header;
    Rows rows;
  };
  const std::vector<Case> cases = {
      {"a,b\n1,2\n", {"a", "b"}, {{"1", "2"}}},
      {"a,b\n1,2", {"a", "b"}, {{"1", "2"}}},                           // the last line may lack its end
      {"a,b\r\n1,2\r\n3,4\r\n", {"a", "b"}, {{"1", "2"}, {"3", "4"}}},  // CRLF
      {"a,b\r1,2\r", {"a", "b"}, {{"1", "2"}}},                         // CR alone, as old spreadsheets wrote
      {"\xEF\xBB\xBFid,b\n1,2\n", {"id", "b"}, {{"1", "2"}}},           // byte order mark
      {"a,b\n\"1,5\",2\n", {"a", "b"}, {{"1,5", "2"}}},                 // comma in quotes
      {"a,b\n\"x\"\"y\",\"\"\"\"\n", {"a", "b"}, {{"x\"y", "\""}}},     // doubled quotes
      {"a,b\n\"1\n2\r\n3\",4\n", {"a", "b"}, {{"1\n2\r\n3", "4"}}},     // newlines in quotes stay as they are
      {"a,b\n,\n", {"a", "b"}, {{"", ""}}},                             // empty fields
      {"a,b\n1,", {"a", "b"}, {{"1", ""}}},                             // a comma ends the file
      {"a,b\n\"\",\"\"\n", {"a", "b"}, {{"", ""}}},                     // quoted empty fields
      {"a,b\n 1 , 2\n", {"a", "b"}, {{" 1 ", " 2"}}},                   // spaces belong to the field
      {"a\n\n1\n\n\n2\n", {"a"}, {{"1"}, {"2"}}},                       // empty lines are no rows
      {"a\n\"\"\n", {"a"}, {{""}}},                                     // an empty field in quotes is one
      {"a,b\n", {"a", "b"}, {}},
  };
  for (const auto& [text, header, rows] : cases) {
    const CsvTable table = CsvTable::parse(text, "t");
    EXPECT_EQ(table.header(), header) << text;
    EXPECT_EQ(table.rows(), rows) << text;
  }
}

TEST(CsvTable, ReadsWhatPythonWrote) {
  const CsvTable table = CsvTable::read(GIEMSA_TEST_DATA "/csv_python.csv");
  EXPECT_EQ(table.header(), (Row{"id", "note"}));
  EXPECT_EQ(table.rows(), (Rows{{"plain", "text"},
                                {"comma", "a,b"},
                                {"quote", "he said \"no\""},
                                {"newline", "two\nlines"},
                                {"crlf", "two\r\nlines"},
                                {"empty", ""},
                                {"only quotes", "\"\""},
                                {"spaces", "  kept  "},
                                {"unicode", "Färbung µm 血"}}));
}

TEST(CsvTable, NamesFileAndLineOfAFault) {
  struct Case {
    const char *text, *fault;
  };
  for (const auto& [text, fault] : std::initializer_list<Case>{
           {"", "split.csv is empty"},
           {"\n\n", "split.csv is empty"},
           {"a,b\n1,2\n3\n", "split.csv, line 3: 1 fields; the header has 2"},
           {"a,b\n1,2,3\n", "split.csv, line 2: 3 fields; the header has 2"},
           {"a,b\n1,2\n\"3,4\n5,6\n", "split.csv, line 3: a quote that is never closed"},
           {"a,b\n1,x\"y\n", "split.csv, line 2: a quote inside a field"},
           {"a,b\n\"1\"x,2\n", "split.csv, line 2: text after the closing quote"},
           {"a,b\n\"1\n2\n3\",4\n\n5\n",
            "split.csv, line 6: 1 fields"},  // lines inside quotes and empty ones count
       }) {
    EXPECT_THAT(testing::error_of(ErrorKind::Data, [&, t = text] { CsvTable::parse(t, "split.csv"); }),
                HasSubstr(fault));
  }
}

TEST(CsvTable, FindsColumns) {
  const CsvTable table = CsvTable::parse("path,label,notes,twice,twice\n", "manifest.csv");
  EXPECT_EQ(table.find_column("label"), 1u);
  EXPECT_EQ(table.find_column("Label"), std::nullopt);
  EXPECT_EQ(table.column("path"), 0u);
  EXPECT_THAT(testing::error_of(ErrorKind::Data, [&] { table.column("lable"); }),
              AllOf(HasSubstr("manifest.csv has no column 'lable'; it has: path, label, notes, twice, twice"),
                    HasSubstr("Hint: did you mean 'label'?")));
  EXPECT_THAT(testing::error_of(ErrorKind::Data, [&] { table.column("twice"); }),
              HasSubstr("more than one column"));
}

TEST(CsvTable, BoundsTheFile) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "big.csv";
  write_atomic(path, "a,b\n1,2\n");
  EXPECT_EQ(CsvTable::read(path, 8).rows().size(), 1u);
  testing::error_of(ErrorKind::Data, [&] { CsvTable::read(path, 7); });
  testing::error_of(ErrorKind::Io, [&] { CsvTable::read(folder.path() / "none.csv"); });
}

TEST(AppendCsvRow, QuotesWhereNeeded) {
  struct Case {
    Row fields;
    const char* text;
  };
  const std::vector<Case> cases = {
      {{"a", "b"}, "a,b\n"},
      {{"a b", ""}, "a b,\n"},
      {{"a,b", "c"}, "\"a,b\",c\n"},
      {{"say \"hi\""}, "\"say \"\"hi\"\"\"\n"},
      {{"a\nb", "c\rd"}, "\"a\nb\",\"c\rd\"\n"},
      {{""}, "\"\"\n"},
      {{"", ""}, ",\n"},
  };
  for (const auto& [fields, text] : cases) {
    std::string out;
    append_csv_row(out, fields);
    EXPECT_EQ(out, text);
  }
}

TEST(AppendCsvRow, ReadsBackWhateverItHolds) {
  constexpr std::string_view kAlphabet = "ab\",\n\r ;\t\xC3\xA9";
  for (std::uint64_t draw = 0; draw < 500; ++draw) {
    Random random({draw});
    const std::size_t columns = 1 + random.below(4);
    Rows rows(1 + random.below(5), Row(columns));
    std::string text;
    for (Row& row : rows) {
      for (std::string& field : row) {
        for (std::uint64_t n = random.below(6); n > 0; --n)
          field += kAlphabet[random.below(kAlphabet.size())];
      }
      append_csv_row(text, row);
    }
    const CsvTable table = CsvTable::parse(text, "drawn");
    EXPECT_EQ(table.header(), rows.front());
    EXPECT_EQ(table.rows(), Rows(rows.begin() + 1, rows.end())) << text;
  }
}

TEST(Shortest, IsShort) {
  EXPECT_EQ(shortest(0.1f), "0.1");
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(1.0f / 3), "0.33333334");
  EXPECT_EQ(shortest(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(shortest(100000.0), "100000");
  EXPECT_EQ(shortest(1e-5), "1e-05");
  EXPECT_EQ(shortest(-0.0), "-0");
  EXPECT_EQ(shortest(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(shortest(-std::numeric_limits<float>::infinity()), "-inf");
}

TEST(Shortest, ReadsBackToTheSameBits) {
  Random random({3});
  for (int i = 0; i < 20'000; ++i) {
    const auto single = std::bit_cast<float>(static_cast<std::uint32_t>(random.bits()));
    const auto wide = std::bit_cast<double>(random.bits());
    if (!std::isnan(single)) {
      ASSERT_EQ(std::strtof(shortest(single).c_str(), nullptr), single);
    }
    if (!std::isnan(wide)) {
      ASSERT_EQ(std::strtod(shortest(wide).c_str(), nullptr), wide);
    }
  }
}

}  // namespace
}  // namespace giemsa
