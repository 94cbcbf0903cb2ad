#include "giemsa/predict/growing_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/predict/csv_rows.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

TEST(GrowingFile, HasItsNameWhenItIsComplete) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "rows.csv", part = folder.path() / "rows.csv.part";
  write_atomic(file, std::string_view("older"));
  {
    GrowingFile growing(file);
    growing.write("a\n");
    growing.write(std::string(100'000, 'b') + "\n");
    EXPECT_EQ(read_text(file), "older");
    EXPECT_GE(read_text(part).size(), 100'000u);  // more than the buffer is there at once
  }
  EXPECT_EQ(read_text(file), "older");
  EXPECT_EQ(read_text(part).size(), 100'003u);  // the rest when the program goes on to fail
  GrowingFile growing(file, 2);
  EXPECT_THROW(GrowingFile second(file), Error);  // two at once
  growing.write("c\n");
  growing.commit();
  EXPECT_EQ(read_text(file), "a\nc\n");
  EXPECT_FALSE(fs::exists(part));
}

TEST(GrowingFile, KeepsLinksAndRefusesFolders) {
  const TemporaryFolder folder;
  write_atomic(folder.path() / "real.csv", std::string_view("older"));
  fs::create_symlink("real.csv", folder.path() / "link.csv");
  GrowingFile growing(folder.path() / "link.csv");
  growing.write("new");
  growing.commit();
  EXPECT_TRUE(fs::is_symlink(folder.path() / "link.csv"));
  EXPECT_EQ(read_text(folder.path() / "real.csv"), "new");
  EXPECT_THROW(GrowingFile{folder.path()}, Error);
  EXPECT_THROW(GrowingFile(folder.path() / "none/rows.csv"), Error);
}

TEST(CsvRows, AreWholeOnes) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "rows.csv";
  const std::string rows = "path,x\n\"a\nb\",\"1\"\"\n\"\n" + std::string(70'000, 'l') + ",2\n";
  write_atomic(file, rows + "\"half\n,3\n");
  CsvRows read(file);
  EXPECT_EQ(read.next(), "path,x\n");
  EXPECT_EQ(csv_fields(read.next(), "rows"), (std::vector<std::string>{"a\nb", "1\"\n"}));
  EXPECT_EQ(read.next().size(), 70'003u);
  EXPECT_EQ(read.offset(), rows.size());
  EXPECT_EQ(read.next(), "");
  EXPECT_EQ(read.offset(), rows.size());
  write_atomic(file, std::string(3 << 20, 'x'));
  EXPECT_THROW(CsvRows(file).next(), Error);
}

}  // namespace
}  // namespace giemsa
