#include "giemsa/plant/plant.h"

#include <map>
#include <set>

#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/core/hash.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/synth/synthesise.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

PlantOptions small_options() {
  return {.seed = 7,
          .repeats = {{16, ""}, {5, "monocyte"}},
          .exact_copies = 4,
          .near_duplicates = 10,
          .non_cells = 11,
          .flips_frac = 0.05,
          .corrupt = 16};
}

std::map<std::string, Bytes> files_below(const fs::path& folder) {
  std::map<std::string, Bytes> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(folder).string()] = read_bytes(entry.path(), 1 << 24);
  }
  return files;
}

class Plant : public ::testing::Test {
 protected:
  Plant() {
    synthesise(folder_.path() / "clean", {.per_class = 10, .size_px = 32, .seed = 2});
    clean_ = open_source(folder_.path() / "clean");
  }
  fs::path path(const char* name) const { return folder_.path() / name; }

  TemporaryFolder folder_;
  std::unique_ptr<Source> clean_;
};

TEST_F(Plant, TheTruthIsTrue) {
  const Planted planted = plant(*clean_, path("dirty"), small_options());
  EXPECT_EQ(planted.pictures, 80u + 21 + 4 + 10 + 11 + 16);
  EXPECT_EQ(planted.counts[static_cast<std::size_t>(PlantKind::LabelFlip)], 4u);
  const auto rows = read_truth(path("dirty") / "truth.csv");
  ASSERT_EQ(rows.size(), planted.pictures);

  const auto dirty = open_source(path("dirty") / "images");
  ASSERT_EQ(dirty->records().size(), rows.size());
  EXPECT_EQ(dirty->classes(), clean_->classes());
  std::map<std::string, std::size_t> records, sources;
  for (std::size_t i = 0; i < rows.size(); ++i) records[dirty->records()[i].id] = i;
  for (std::size_t i = 0; i < clean_->records().size(); ++i) sources[clean_->records()[i].id] = i;
  std::map<std::string, std::set<std::string>> repeated;
  for (const TruthRow& row : rows) {
    SCOPED_TRACE(row.path + " " + row.detail);
    ASSERT_TRUE(records.contains(row.path));
    const std::size_t i = records.at(row.path);
    EXPECT_TRUE(row.path.starts_with(row.label + "/"));
    std::optional<Finding> finding;
    load_or_find(*dirty, i, finding);
    EXPECT_EQ(finding.has_value(), row.kind == PlantKind::Corrupt);
    const Bytes bytes = dirty->read(i);
    switch (row.kind) {
      case PlantKind::Cell:
      case PlantKind::LabelFlip:
        EXPECT_EQ(bytes, clean_->read(sources.at(row.source)));
        EXPECT_TRUE(row.source.starts_with(row.true_label + "/"));
        EXPECT_EQ(row.label == row.true_label, row.kind == PlantKind::Cell);
        EXPECT_EQ(row.original, "");
        break;
      case PlantKind::ExactCopy:
        EXPECT_EQ(bytes, dirty->read(records.at(row.original)));
        break;
      case PlantKind::NearDuplicate:
        EXPECT_NE(bytes, dirty->read(records.at(row.original)));
        EXPECT_EQ(row.label, row.true_label);
        break;
      case PlantKind::Repeated:
        repeated[row.detail].insert(sha256_hex(bytes));
        EXPECT_EQ(row.true_label, "");
        break;
      case PlantKind::NonCell:
      case PlantKind::Corrupt:
        EXPECT_FALSE(row.detail.empty());
        EXPECT_EQ(row.true_label, "");
    }
  }
  ASSERT_EQ(repeated.size(), 2u);
  for (const auto& [detail, contents] : repeated) EXPECT_EQ(contents.size(), 1u) << detail;
}

TEST_F(Plant, DependsOnTheSeedAlone) {
  PlantOptions options = small_options();
  options.threads = 1;
  plant(*clean_, path("one"), options);
  options.threads = 3;
  plant(*clean_, path("three"), options);
  EXPECT_EQ(files_below(path("one")), files_below(path("three")));
  options.seed = 8;
  plant(*clean_, path("other"), options);
  EXPECT_NE(files_below(path("one")), files_below(path("other")));
}

TEST_F(Plant, AllAtOneSize) {
  PlantOptions options = small_options();
  options.size_px = 24;
  plant(*clean_, path("dirty"), options);
  for (const TruthRow& row : read_truth(path("dirty") / "truth.csv")) {
    if (row.kind == PlantKind::Corrupt) continue;
    const Bytes bytes = read_bytes(path("dirty") / "images" / row.path, 1 << 20);
    EXPECT_EQ(sniff_format(bytes), ImageFormat::Png);
    const Image image = decode_image(bytes, row.path);
    EXPECT_EQ(image.width(), 24);
    EXPECT_EQ(image.height(), 24);
  }
}

TEST_F(Plant, PhotographsAreCropped) {
  put_picture(path("photos") / "holiday/sea.png", plain(90, 60, 10, 90, 200));
  PlantOptions options = small_options();
  options.photos = path("photos");
  plant(*clean_, path("dirty"), options);
  int crops = 0;
  for (const TruthRow& row : read_truth(path("dirty") / "truth.csv")) {
    if (!row.detail.ends_with("photograph sea.png")) continue;
    ++crops;
    EXPECT_EQ(read_image(path("dirty") / "images" / row.path), plain(32, 32, 10, 90, 200));
  }
  EXPECT_EQ(crops, 21 + 1);  // both that are repeated, and the tenth of eleven others
}

TEST_F(Plant, DrawsJpegsAmongJpegs) {
  for (const Record& record : clean_->records()) {
    const fs::path file = path("jpegs") / fs::path(record.id).replace_extension(".jpg");
    fs::create_directories(file.parent_path());
    write_atomic(file, encode_jpeg(read_image(record.path), 90));
  }
  plant(*open_source(path("jpegs")), path("dirty"), small_options());
  for (const auto& [name, bytes] : files_below(path("dirty") / "images")) EXPECT_TRUE(name.ends_with(".jpg"));
}

TEST_F(Plant, WhatTheSourceHoldsTwiceIsTakenOnce) {
  const auto copy = [&](const char* from, const char* to) {
    fs::copy_file(path("clean") / from, path("clean") / to);
  };
  copy("ig/ig_00003.png", "ig/ig_00003_copy.png");
  copy("monocyte/monocyte_00001.png", "neutrophil/contradiction.png");
  PlantOptions options = small_options();
  options.exact_copies = 0;
  const Planted planted = plant(*open_source(path("clean")), path("dirty"), options);
  EXPECT_EQ(planted.left_out, 3u);
  std::set<std::string> cells;
  for (const TruthRow& row : read_truth(path("dirty") / "truth.csv")) {
    if (row.kind != PlantKind::Cell && row.kind != PlantKind::LabelFlip) continue;
    EXPECT_TRUE(cells.insert(sha256_of_file(path("dirty") / "images" / row.path)).second) << row.source;
    EXPECT_NE(row.source, "monocyte/monocyte_00001.png");
  }
  EXPECT_EQ(cells.size(), 79u);
}

TEST_F(Plant, NothingIsWrittenOverAndNothingHalf) {
  put_text(path("full") / "mine.txt", "mine");
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { plant(*clean_, path("full"), small_options()); }),
              HasSubstr("exists and is not empty"));
  PlantOptions options = small_options();
  options.photos = path("nowhere");
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { plant(*clean_, path("half"), options); }), HasSubstr("nowhere"));
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_.path())) names.insert(entry.path().filename());
  EXPECT_THAT(names, ::testing::ElementsAre("clean", "full"));
}

TEST_F(Plant, BrokenPicturesOfTheSourceAreLeftOut) {
  put_text(path("clean") / "basophil/basophil_00001.png", "no picture");
  for (const int size_px : {0, 24}) {
    PlantOptions options = small_options();
    options.size_px = size_px;
    const fs::path out = path("dirty") / std::to_string(size_px);
    std::vector<std::pair<std::uint64_t, std::uint64_t>> steps;
    options.threads = 1;
    const Planted planted = plant(*open_source(path("clean")), out, options,
                                  [&](std::uint64_t now, std::uint64_t of) { steps.emplace_back(now, of); });
    EXPECT_EQ(planted.left_out, 0u);
    ASSERT_EQ(planted.findings.size(), 1u);
    EXPECT_EQ(planted.findings[0].record, "basophil/basophil_00001.png");
    for (const TruthRow& row : read_truth(out / "truth.csv"))
      EXPECT_NE(row.source, "basophil/basophil_00001.png");
    EXPECT_EQ(steps.size(), 80u + planted.pictures);  // looking at them, then making them
    EXPECT_EQ(steps.front(), (std::pair<std::uint64_t, std::uint64_t>{1, 80}));
  }
}

TEST_F(Plant, ClassesWithoutPictureGetNoFolder) {
  for (const auto& entry : fs::directory_iterator(path("clean") / "ig")) put_text(entry.path(), "broken");
  PlantOptions options = small_options();
  options.repeats = {{5, "monocyte"}};
  options.exact_copies = options.non_cells = 0;
  options.flips_frac = 0;
  plant(*open_source(path("clean")), path("dirty"), options);
  EXPECT_EQ(open_source(path("dirty") / "images")->classes().size(), 7u);
}

TEST_F(Plant, RepeatsOfOneFamilyAreToldApart) {
  PlantOptions options = small_options();
  options.repeats = {{2, ""}, {2, ""}, {2, ""}, {2, ""}, {2, ""}};  // there are four families
  plant(*clean_, path("dirty"), options);
  std::map<std::string, std::set<std::string>> contents;
  for (const TruthRow& row : read_truth(path("dirty") / "truth.csv")) {
    if (row.kind == PlantKind::Repeated)
      contents[row.detail].insert(sha256_of_file(path("dirty") / "images" / row.path));
  }
  ASSERT_EQ(contents.size(), 5u);
  EXPECT_TRUE(contents.contains("repeat 1, shapes"));
  EXPECT_TRUE(contents.contains("repeat 5, shapes"));
  for (const auto& [detail, hashes] : contents) EXPECT_EQ(hashes.size(), 1u) << detail;
}

}  // namespace
}  // namespace giemsa::testing
