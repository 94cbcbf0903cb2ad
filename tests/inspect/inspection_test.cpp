#include "giemsa/inspect/inspection.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/core/csv.h"
#include "giemsa/inspect/class_summary.h"
#include "giemsa/inspect/reasons.h"
#include "giemsa/inspect/tables.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Image cell(CellClass kind, std::uint64_t seed, int size = 64) {
  Random random({seed, static_cast<std::uint64_t>(kind)});
  return draw_cell(kind, size, random);
}

Inspection inspect_folder(const fs::path& folder, const InspectOptions& options = {}) {
  return inspect(*open_source(folder), options, {}, {}, {});
}

/// "record: reason" of every finding.
std::vector<std::string> reasons(const Inspection& inspection) {
  std::vector<std::string> texts;
  for (const Finding& finding : inspection.findings) {
    EXPECT_NE(find_reason(finding.reason), nullptr) << finding.reason;
    texts.push_back(finding.record + ": " + finding.reason);
  }
  return texts;
}

TEST(Inspect, CountsMeasuresAndFinds) {
  const TemporaryFolder folder;
  put_picture(folder.path() / "a/1.png", plain(4, 2, 10, 20, 30));
  put_picture(folder.path() / "a/2.png", plain(8, 2, 40, 50, 60));
  put_picture(folder.path() / "b/1.png", plain(4, 2, 0, 255, 7));
  put_text(folder.path() / "b/2.png", "not a picture");
  put_text(folder.path() / "c/1.jpg", "");
  std::uint64_t last = 0;
  const auto source = open_source(folder.path());
  const auto looked = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, 5u);
    if (done == total) last = done;
  };
  const Inspection seen = inspect(*source, {}, {}, looked, {});
  EXPECT_EQ(last, 5u);
  EXPECT_THAT(picture_sizes(seen), ElementsAre(Pair(Pair(4, 2), 2), Pair(Pair(8, 2), 1)));
  EXPECT_THAT(picture_formats(seen), ElementsAre(Pair("PNG", 3)));

  const auto classes = class_summaries(seen);
  ASSERT_EQ(classes.size(), 3u);
  EXPECT_EQ(classes[0].name, "a");
  EXPECT_EQ(classes[0].pictures, 2u);
  EXPECT_THAT(classes[0].mean_rgb, ElementsAre(25, 35, 45));
  EXPECT_EQ(classes[1].pictures, 1u);
  EXPECT_EQ(classes[1].broken, 1u);
  EXPECT_THAT(classes[1].mean_rgb, ElementsAre(0, 255, 7));
  EXPECT_EQ(classes[2].pictures, 0u);

  const auto finding = [&](const std::string& record) {
    return std::ranges::find(seen.findings, record, &Finding::record)->evidence;
  };
  EXPECT_THAT(reasons(seen), ::testing::IsSupersetOf({"b/2.png: corrupt", "c/1.jpg: corrupt"}));
  EXPECT_THAT(finding("b/2.png"), HasSubstr("not a picture"));
  EXPECT_THAT(finding("c/1.jpg"), HasSubstr("the file is empty"));
}

TEST(Inspect, TellsEveryKindOfDuplicate) {
  const TemporaryFolder folder;
  const Image picture = cell(CellClass::Neutrophil, 1), other = cell(CellClass::Monocyte, 2);
  put_picture(folder.path() / "a/1.png", picture);
  write_atomic(folder.path() / "a/2.jpg", encode_jpeg(picture, 85));
  fs::create_directories(folder.path() / "b");
  fs::copy_file(folder.path() / "a/1.png", folder.path() / "b/1.png");
  put_picture(folder.path() / "b/2.png", other);
  const Inspection seen = inspect_folder(folder.path());
  ASSERT_EQ(seen.groups.size(), 1u);
  EXPECT_TRUE(seen.groups[0].conflicting);
  EXPECT_THAT(reasons(seen),
              ::testing::IsSupersetOf({"a/1.png: conflicting_label", "a/2.jpg: conflicting_label",
                                       "b/1.png: conflicting_label", "a/2.jpg: near_duplicate",
                                       "b/1.png: identical_file"}));
  EXPECT_THAT(reasons(seen), ::testing::Not(Contains(HasSubstr("b/2.png: conflicting"))));
}

TEST(Inspect, TellsARepeatedPicture) {
  const TemporaryFolder folder;
  for (int i = 0; i < 12; ++i)
    put_picture(folder.path() / "a" / (std::to_string(i) + ".png"), cell(CellClass::Ig, 5));
  put_picture(folder.path() / "a/x.png", cell(CellClass::Ig, 6));
  const auto repeated = [&](const InspectOptions& options) {
    return std::ranges::count(inspect_folder(folder.path(), options).findings, "repeated", &Finding::reason);
  };
  EXPECT_EQ(repeated({}), 12);
  InspectOptions options;
  options.repeated_from = 13;
  EXPECT_EQ(repeated(options), 0);
}

TEST(Inspect, TellsFoldersAndClassesThatAreOff) {
  const TemporaryFolder folder;
  put_picture(folder.path() / "Monocyte/1.png", cell(CellClass::Monocyte, 1));
  put_picture(folder.path() / "monocyte/2.png", cell(CellClass::Monocyte, 2));
  EXPECT_THAT(reasons(inspect_folder(folder.path())), Contains("monocyte: similar_class"));
}

TEST(Inspect, BelievesANetworkMoreThanLooks) {
  const TemporaryFolder folder;
  NetworkOpinion opinion{.features = {}, .feature_size = 8, .probabilities = {}, .predicted = {}};
  for (int i = 0; i < 60; ++i) {
    const bool second = i >= 30;
    const std::string name = fmt::format("{:02}.png", i);
    put_picture(folder.path() / (second ? "b" : "a") / name,
                cell(CellClass::Ig, static_cast<std::uint64_t>(i)));
    Random random({static_cast<std::uint64_t>(i)});
    const float far = i == 7 ? 1000.f : 0.f;  // unlike all others to the network
    for (std::size_t d = 0; d < opinion.feature_size; ++d)
      opinion.features.push_back(far + static_cast<float>(random.normal()));
    const bool says_second = second != (i == 40);  // 40 is called an a
    opinion.probabilities.push_back(says_second ? 0.001f : 0.999f);
    opinion.probabilities.push_back(says_second ? 0.999f : 0.001f);
    opinion.predicted.push_back(i != 3);
  }
  const Inspection seen = inspect(*open_source(folder.path()), {}, opinion, {}, {});
  ASSERT_EQ(seen.distinct.size(), 60u);
  EXPECT_EQ(seen.outliers.dimensions, 8u);
  EXPECT_THAT(reasons(seen), ::testing::IsSupersetOf({"a/07.png: outlier", "b/40.png: label_error"}));
  EXPECT_EQ(std::ranges::count(seen.findings, "label_error", &Finding::reason), 1);
  EXPECT_EQ(seen.label_doubts[40].suggested, 0);
  EXPECT_EQ(seen.label_doubts[3].suggested, -1);  // not predicted
  opinion.predicted.pop_back();
  EXPECT_THAT(
      error_of(ErrorKind::Internal, [&] { inspect(*open_source(folder.path()), {}, opinion, {}, {}); }),
      HasSubstr("do not fit"));
}

TEST(Inspect, DoubtsLabelsByLooksAndNotByFeatures) {  // which may have been learnt from these very labels
  const TemporaryFolder folder;
  NetworkOpinion opinion{.features = {}, .feature_size = 4, .probabilities = {}, .predicted = {}};
  for (std::uint64_t i = 0; i < 40; ++i) {
    const bool second = i >= 20;
    put_picture(folder.path() / (second ? "b" : "a") / fmt::format("{:02}.png", i),
                cell(second || i == 5 ? CellClass::Platelet : CellClass::Monocyte, i));  // 5 is a wrong label
    for (std::size_t d = 0; d < opinion.feature_size; ++d) opinion.features.push_back(second ? 5.f : -5.f);
  }
  const auto scores = [&](const NetworkOpinion& given) {
    std::vector<float> all;
    for (const LabelDoubt& doubt : inspect(*open_source(folder.path()), {}, given, {}, {}).label_doubts)
      all.push_back(doubt.score);
    return all;
  };
  const std::vector<float> by_looks = scores({});
  EXPECT_EQ(by_looks.size(), 40u);
  EXPECT_GT(by_looks[5], 0.2f);  // by these features every label would be right
  EXPECT_EQ(scores(opinion), by_looks);
}

TEST(Inspect, TakesArrays) {
  const auto source = open_source(fs::path(GIEMSA_TEST_DATA) / "npz/reports.npz");
  const Inspection seen = inspect(*source, {}, {}, {}, {});
  EXPECT_EQ(seen.pictures.size(), source->records().size());
  EXPECT_THAT(picture_formats(seen), ElementsAre(Pair("array", source->records().size())));
  EXPECT_EQ(seen.label_doubts.size(), seen.distinct.size());
}

TEST(Inspect, OnePictureIsASetToo) {
  const TemporaryFolder folder;
  put_picture(folder.path() / "a/1.png", cell(CellClass::Monocyte, 1));
  const Inspection seen = inspect_folder(folder.path());
  EXPECT_THAT(seen.distinct, ElementsAre(0));
  EXPECT_TRUE(seen.findings.empty());
}

TEST(Inspect, NothingIsComparedWhereAllIsBroken) {
  const TemporaryFolder folder;
  put_text(folder.path() / "a/1.png", "no picture");
  put_text(folder.path() / "b/2.png", "");
  const Inspection seen = inspect_folder(folder.path());
  EXPECT_TRUE(seen.distinct.empty());
  EXPECT_THAT(reasons(seen), ElementsAre("a/1.png: corrupt", "b/2.png: corrupt"));
}

TEST(Inspect, MoreClassesThanAreComparedAreAFinding) {
  const TemporaryFolder folder;
  const auto add = [&](std::size_t i) {
    put_picture(folder.path() / fmt::format("class {}", i) / "1.png", cell(CellClass::Ig, i, 32));
  };
  for (std::size_t i = 0; i < kMostComparedClasses; ++i) add(i);
  const auto told = [&] {
    return std::ranges::count(inspect_folder(folder.path()).findings, "too_many_classes", &Finding::reason);
  };
  EXPECT_EQ(told(), 0);
  add(kMostComparedClasses);
  EXPECT_EQ(told(), 1);
  const Inspection seen = inspect_folder(folder.path());
  for (const OutlierScore& score : seen.outliers.records) EXPECT_EQ(score.nearest_class, -1);
  for (const LabelDoubt& doubt : seen.label_doubts) EXPECT_EQ(doubt.suggested, -1);
}

TEST(Inspect, FaultsOfTheProgramAreNotFindings) {
  const auto source = MadeSource::of_sizes({{"a", 1}});
  EXPECT_THAT(error_of(ErrorKind::Internal, [&] { inspect(source, {}, {}, {}, {}); }),
              HasSubstr("has no pictures"));
}

TEST(InspectTables, HaveOneRowForEachRecordAndMember) {
  const TemporaryFolder folder;
  put_picture(folder.path() / "set/a/1.png", cell(CellClass::Ig, 1));
  put_picture(folder.path() / "set/a/2.png", cell(CellClass::Ig, 1));
  put_picture(folder.path() / "set/b/3.png", cell(CellClass::Platelet, 1));
  put_text(folder.path() / "set/b/4.png", "no picture");
  const auto source = open_source(folder.path() / "set");
  const Inspection seen = inspect(*source, {}, {}, {}, {});
  write_duplicates_table(folder.path() / "duplicates.csv", seen.groups, seen, source->records());
  EXPECT_EQ(read_text(folder.path() / "duplicates.csv"),
            "record,label,group,likeness,similarity,like,conflicting\n"
            "a/1.png,a,1,,,,\n"
            "a/2.png,a,1,identical_file,1,a/1.png,\n");
  write_pictures_table(folder.path() / "pictures.csv", seen, source->records());
  const CsvTable table = CsvTable::read(folder.path() / "pictures.csv");
  ASSERT_EQ(table.rows().size(), 4u);
  const auto field = [&](std::size_t row, const char* column) {
    return table.rows()[row][table.column(column)];
  };
  EXPECT_EQ(field(0, "width"), "64");
  EXPECT_EQ(field(0, "pixel_hash"), field(1, "pixel_hash"));
  EXPECT_NE(field(0, "distance_own"), "");
  EXPECT_EQ(field(1, "distance_own"), "");  // measured on the first of identical pictures
  EXPECT_EQ(field(3, "width"), "");
}

}  // namespace
}  // namespace giemsa::testing
