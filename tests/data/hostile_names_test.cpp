// File names that break carelessly written tables: they must come back from every file byte for byte.
#include <fstream>
#include <set>

#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/convert/convert.h"
#include "giemsa/core/csv.h"
#include "giemsa/data/findings.h"
#include "giemsa/split/split.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& hostile_names() {
  static const std::vector<std::string> names{"comma,comma.png",
                                              "quote\"quote\".png",
                                              "\"quoted\".png",
                                              "line\nbreak.png",
                                              "line\r\nbreak.png",
                                              "return\r.png",
                                              "\n.png",
                                              " spaces .png",
                                              "\ttab.png",
                                              "latin-1 \xE9.png",
                                              "no UTF-8 \xFF\xFE\x80.png",
                                              "\xEF\xBB\xBF"
                                              "byte order mark.png",
                                              "escape \x1B[2J.png",
                                              "=cmd|' 'A0.png",
                                              "-rf.png",
                                              "<script>&amp;.png",
                                              "{0}%s.png",
                                              "back\\slash.png",
                                              "血球.png",
                                              std::string(251, 'l') + ".png"};
  return names;
}

class HostileNames : public ::testing::Test {
 protected:
  HostileNames() {
    std::uint8_t colour = 0;
    fs::create_directories(path("cells/a"));
    for (const std::string& name : hostile_names()) {
      const Bytes bytes = encode_png(plain(2, 2, ++colour, 0, 0));
      std::ofstream(path("cells/a") / name, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    cells_ = open_source(path("cells"));
  }
  fs::path path(const char* name) const { return folder_.path() / name; }

  TemporaryFolder folder_;
  std::unique_ptr<Source> cells_;
};

TEST_F(HostileNames, AreListedAndRead) {
  std::set<std::string> ids, expected;
  for (std::size_t i = 0; i < cells_->records().size(); ++i) {
    ids.insert(cells_->records()[i].id);
    EXPECT_EQ(cells_->load(i).width(), 2);
  }
  for (const std::string& name : hostile_names()) expected.insert("a/" + name);
  EXPECT_EQ(ids, expected);
}

TEST_F(HostileNames, SurviveAManifest) {
  write_manifest(*cells_, path("cells.csv"));
  const auto manifest = open_source(path("cells.csv"));
  ASSERT_EQ(manifest->records().size(), hostile_names().size());
  for (std::size_t i = 0; i < manifest->records().size(); ++i) {
    EXPECT_EQ(manifest->records()[i].id, cells_->records()[i].id);
    EXPECT_EQ(manifest->load(i), cells_->load(i));
  }
}

TEST_F(HostileNames, SurviveASplit) {
  Split split;
  for (std::size_t i = 0; i < cells_->records().size(); ++i) {
    split.parts.push_back(i % 3 == 0 ? Part::Train : i % 3 == 1 ? Part::Val : Part::Test);
  }
  write_split(path("split.csv"), split, *cells_);
  EXPECT_EQ(read_split(path("split.csv"), *cells_).parts, split.parts);
}

TEST_F(HostileNames, SurviveTheFindings) {
  std::vector<Finding> findings;
  for (const std::string& name : hostile_names())
    findings.push_back({name, "corrupt", "[image] " + name + ": bad"});
  write_findings(path("findings.csv"), findings);
  const auto again = CsvTable::read(path("findings.csv")).rows();
  ASSERT_EQ(again.size(), findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    EXPECT_EQ(again[i][0], findings[i].record);
    EXPECT_EQ(again[i][2], findings[i].evidence);
  }
}

TEST_F(HostileNames, SurviveACopy) {
  EXPECT_EQ(write_folders(*cells_, path("copy")).pictures, hostile_names().size());
  const auto copy = open_source(path("copy"));
  ASSERT_EQ(copy->records().size(), hostile_names().size());
  for (std::size_t i = 0; i < copy->records().size(); ++i) {
    EXPECT_EQ(copy->records()[i].id, cells_->records()[i].id);
    EXPECT_EQ(copy->read(i), cells_->read(i));
  }
}

TEST_F(HostileNames, ClassesHaveToBeUtf8) {
  put_picture(path("cells/basophil \xE9/1.png"));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { open_source(path("cells")); }),
              ::testing::HasSubstr("a class name is not UTF-8"));
}

TEST_F(HostileNames, ClassesMayBeAnyOtherText) {
  const std::vector<std::string> names{"a,b", "c\"d", "e\nf", "<b>", "g\rh"};
  for (const std::string& name : names) put_picture(path("other") / name / "1.png");
  const auto other = open_source(path("other"));
  write_manifest(*other, path("other.csv"));
  EXPECT_EQ(open_source(path("other.csv"))->classes(), other->classes());
  write_npz(*other, path("other.npz"), {});
  EXPECT_EQ(open_source(path("other.npz"))->classes(), other->classes());
  write_folders(*open_source(path("other.npz")), path("other again"));
  EXPECT_EQ(open_source(path("other again"))->classes(), other->classes());
}

}  // namespace
}  // namespace giemsa::testing
