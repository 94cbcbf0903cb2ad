#include "giemsa/corrupt/corrupted_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <mutex>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/corrupt/sheet.h"
#include "giemsa/data/measuring_only.h"
#include "giemsa/image/codec.h"
#include "giemsa/synth/synthesise.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Two drawn cells of every class.
class CorruptedSets : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  const fs::path cells_ = folder_.path() / "cells";

  void SetUp() override { synthesise(cells_, {.per_class = 2, .size_px = 48}); }

  CorruptedSet write(const std::string& out, const std::vector<std::string>& names,
                     std::vector<int> severities, int threads = 0, const ProgressCallback& progress = {}) {
    const auto source = open_source(cells_);
    return write_corrupted_set(
        *source, folder_.path() / out,
        {.variants = variants_of(names, severities), .seed = 4, .source_name = "cells", .threads = threads},
        progress);
  }

  static std::map<std::string, Bytes> content(const fs::path& folder) {
    std::map<std::string, Bytes> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file())
        files[entry.path().lexically_relative(folder).generic_string()] = read_bytes(entry.path(), 1 << 24);
    }
    return files;
  }
};

TEST_F(CorruptedSets, HoldEveryPictureOfEveryVariantWithItsManifestAndCard) {
  std::mutex mutex;
  std::uint64_t most = 0, whole = 0;
  const CorruptedSet made = write("out", {"bubble", "pixelate", "augmented"}, {1, 4}, 0,
                                  [&](std::uint64_t done, std::uint64_t total) {
                                    const std::lock_guard lock(mutex);
                                    most = std::max(most, done);
                                    whole = total;
                                  });
  EXPECT_EQ(made.pictures, 16u);
  EXPECT_TRUE(made.findings.empty());
  EXPECT_EQ(most, 16u * 5);
  EXPECT_EQ(whole, 16u * 5);
  const auto source = open_source(cells_);
  for (const std::string variant : {"pixelate/1", "pixelate/4", "bubble/1", "bubble/4", "augmented"}) {
    SCOPED_TRACE(variant);
    const fs::path set = folder_.path() / "out" / variant;
    const auto folders = open_source(set), manifest = open_source(set / "manifest.csv");
    EXPECT_TRUE(folders->findings().empty());
    ASSERT_EQ(folders->records().size(), 16u);
    ASSERT_EQ(manifest->records().size(), 16u);
    EXPECT_EQ(manifest->classes(), source->classes());
    EXPECT_EQ(folders->classes(), source->classes());
    for (std::size_t i = 0; i < 16; ++i) {
      EXPECT_EQ(manifest->records()[i].id, source->records()[i].id);
      EXPECT_EQ(manifest->class_name(manifest->records()[i].label),
                source->class_name(source->records()[i].label));
      EXPECT_NE(manifest->load(i), source->load(i));
    }
  }
  const Variant variant = variants_of(std::vector<std::string>{"bubble"}, std::vector<int>{4}).front();
  EXPECT_EQ(read_image(folder_.path() / "out/bubble/4/ig/ig_00002.png"),
            variant.make(read_image(cells_ / "ig/ig_00002.png"), 4, "ig/ig_00002.png"));
  EXPECT_EQ(
      read_text(folder_.path() / "out/bubble/4/corruption.toml"),
      R"(# Corrupted copies, made by giemsa corrupt: for measuring only. giemsa trains on nothing at or below this folder.

# What was done to the pictures.
corruption = "bubble"
# 1 to 5; 0: it has no severities.
severity = 4
# How strong it is.
magnitude = [12.0, 12.0]
# What the numbers of the magnitude are.
meaning = "largest radius in px, most bubbles"
# The seed of what was drawn.
seed = 4
# The data set that the pictures are copies of.
source = "cells"
)");
}

TEST_F(CorruptedSets, AreTheSameBytesWhateverTheThreads) {
  write("one", {"all", "augmented"}, {2, 5}, 1);
  write("four", {"all", "augmented"}, {2, 5}, 4);
  const auto one = content(folder_.path() / "one"), four = content(folder_.path() / "four");
  EXPECT_EQ(one.size(), 23u * 18);
  EXPECT_TRUE(one == four);
}

TEST_F(CorruptedSets, GiveAPictureTheSameCopyWhicheverOthersThereAre) {
  write("many", {"all"}, {3});
  fs::remove(cells_ / "ig/ig_00001.png");
  fs::remove_all(cells_ / "basophil");
  write("few", {"stain_deposit"}, {1, 3});
  const char* file = "stain_deposit/3/ig/ig_00002.png";
  EXPECT_EQ(read_bytes(folder_.path() / "many" / file, 1 << 20),
            read_bytes(folder_.path() / "few" / file, 1 << 20));
}

TEST_F(CorruptedSets, LeaveOutBrokenPicturesAndSaySo) {
  write_atomic(cells_ / "ig/ig_00001.png", "no picture");
  write_atomic(cells_ / "monocyte/monocyte_00001.png", "");
  write_atomic(cells_ / "monocyte/monocyte_00002.png", "");
  const CorruptedSet made = write("out", {"saturate"}, {1});
  EXPECT_EQ(made.pictures, 13u);
  ASSERT_EQ(made.findings.size(), 3u);
  EXPECT_EQ(made.findings[0].record, "ig/ig_00001.png");
  EXPECT_FALSE(fs::exists(folder_.path() / "out/saturate/1/monocyte"));
  EXPECT_EQ(open_source(folder_.path() / "out/saturate/1")->records().size(), 13u);
  EXPECT_EQ(open_source(folder_.path() / "out/saturate/1/manifest.csv")->records().size(), 13u);
}

TEST_F(CorruptedSets, RefuseAnOutputThatIsNotNewAndNothingToDo) {
  write_atomic(folder_.path() / "full", "");
  EXPECT_THROW(write("full", {"all"}, {1}), Error);
  EXPECT_THROW(write("out", {}, {1}), Error);
  EXPECT_FALSE(fs::exists(folder_.path() / "out"));
}

TEST_F(CorruptedSets, AreKnownAsMadeForMeasuringWhereverTheyAreListed) {
  write("out", {"jpeg_compression"}, {2});
  const fs::path set = folder_.path() / "out/jpeg_compression/2";
  for (const fs::path& known : {set, set / "manifest.csv", set / "ig", set / "ig/ig_00001.png"})
    EXPECT_TRUE(made_by_corrupt(known)) << known;
  for (const fs::path& other : {cells_, cells_ / "ig", folder_.path(), folder_.path() / "absent"})
    EXPECT_FALSE(made_by_corrupt(other)) << other;

  EXPECT_TRUE(made_by_corrupt(*open_source(set)));
  EXPECT_FALSE(made_by_corrupt(*open_source(cells_)));
  // A list of pictures elsewhere, one of which is a copy; and one that is a link to a copy.
  write_atomic(folder_.path() / "list.csv",
               "path,label\ncells/ig/ig_00001.png,ig\nout/jpeg_compression/2/ig/ig_00002.png,ig\n");
  EXPECT_FALSE(made_by_corrupt(folder_.path() / "list.csv"));
  EXPECT_TRUE(made_by_corrupt(*open_source(folder_.path() / "list.csv")));
  fs::create_symlink(set / "ig/ig_00001.png", cells_ / "ig/linked.png");
  EXPECT_TRUE(made_by_corrupt(*open_source(cells_)));
  fs::remove(cells_ / "ig/linked.png");
  write_atomic(cells_ / "corruption.toml", "# another program's\n");
  EXPECT_FALSE(made_by_corrupt(cells_));
}

TEST(Variants, AreWhatIsAskedForInTheOrderOfTheRegistry) {
  const auto folders = [](std::vector<std::string> names, std::vector<int> severities) {
    std::vector<std::string> all;
    for (const Variant& variant : variants_of(names, severities)) all.push_back(variant.folder());
    return all;
  };
  EXPECT_EQ(folders({"bubble", "pixelate"}, {5, 2}),
            (std::vector<std::string>{"pixelate/2", "pixelate/5", "bubble/2", "bubble/5"}));
  EXPECT_EQ(folders({"augmented"}, {1, 2, 3}), std::vector<std::string>{"augmented"});
  EXPECT_EQ(folders({"all"}, {1, 2, 3, 4, 5}).size(), 55u);
  EXPECT_EQ(folders({"all", "augmented", "bubble"}, {1, 2, 3, 4, 5}).size(), 56u);
  EXPECT_THROW(folders({"bubbles"}, {1}), Error);
  EXPECT_THROW(folders({"bubble"}, {0}), Error);
}

TEST(CorruptionSheets, ShowEveryVariantInItsPlace) {
  Image white(40, 40);
  std::fill_n(white.pixels(), white.bytes().size(), std::uint8_t{200});
  const auto variants = variants_of(std::vector<std::string>{"brightness_up", "brightness_down", "augmented"},
                                    std::vector<int>{1, 5});
  const Image sheet = corruption_sheet(variants, 1, 20, [&](std::size_t) {
    return SheetPicture{white, "x"};
  });
  EXPECT_EQ(sheet.width(), 150 + 3 * 24);
  EXPECT_EQ(sheet.height(), 22 + 3 * 24);
  const auto at = [&](int row, int column) {
    return sheet.row(22 + row * 24 + 10)[3 * (150 + column * 24 + 10)];
  };
  EXPECT_EQ(at(0, 0), 200);
  EXPECT_EQ(at(0, 1), 220);
  EXPECT_EQ(at(0, 2), 255);
  EXPECT_EQ(at(1, 1), 180);
  EXPECT_EQ(at(1, 2), 100);
  EXPECT_EQ(at(2, 2), 255);  // the augmented views have no severities
}

}  // namespace
}  // namespace giemsa
