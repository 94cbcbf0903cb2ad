#include "giemsa/convert/convert.h"

#include <fmt/format.h>

#include <set>
#include <tuple>

#include "core/error_matchers.h"
#include "core/resident_memory.h"
#include "data/made_source.h"
#include "giemsa/convert/npz_writer.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/hash.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/data/npz.h"
#include "giemsa/data/subset.h"
#include "giemsa/data/utf32.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Class, part and pixels of every picture, whatever it is called.
std::multiset<std::tuple<std::string, Part, std::string>> content_of(const Source& source) {
  std::multiset<std::tuple<std::string, Part, std::string>> content;
  for (std::size_t i = 0; i < source.records().size(); ++i) {
    const Record& record = source.records()[i];
    content.emplace(source.classes()[static_cast<std::size_t>(record.label)], record.official,
                    sha256_hex(source.load(i).bytes()));
  }
  return content;
}

std::vector<std::string> subjects_of(const Source& source) {
  std::vector<std::string> subjects;
  for (const auto& record : source.records()) subjects.push_back(record.subject);
  return subjects;
}

std::vector<std::string> ids_of(const Source& source) {
  std::vector<std::string> ids;
  for (const auto& record : source.records()) ids.push_back(record.id);
  return ids;
}

class Convert : public ::testing::Test {
 protected:
  fs::path path(const std::string& name) const { return folder_.path() / name; }
  /// Pictures of one size and all different, in classes whose names are no ASCII or begin with digits.
  void put_cells() const {
    std::uint8_t colour = 1;
    for (const char* name : {"basophil", "érythroblaste", "2nd \"class\", 血"}) {
      for (int i = 0; i < 3; ++i, ++colour)
        put_picture(path("cells") / name / fmt::format("{}.png", i), plain(6, 4, colour, 20, 30));
    }
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Convert, ThereAndBackAgain) {
  put_cells();
  const auto cells = open_source(path("cells"));
  EXPECT_EQ(write_npz(*cells, path("cells.npz"), {}).pictures, 9u);
  const auto npz = open_source(path("cells.npz"));
  EXPECT_EQ(npz->classes(), cells->classes());
  EXPECT_EQ(write_folders(*npz, path("again")).pictures, 9u);
  const auto again = open_source(path("again"));
  fs::create_directories(path("lists"));
  EXPECT_EQ(write_manifest(*again, path("lists/cells.csv")).pictures, 9u);
  const auto manifest = open_source(path("lists/cells.csv"));
  EXPECT_EQ(manifest->classes(), cells->classes());
  EXPECT_EQ(CsvTable::read(path("lists/cells.csv")).header(),
            (std::vector<std::string>{"path", "label", "id"}));
  for (const auto* source : {npz.get(), again.get(), manifest.get()}) {
    EXPECT_EQ(content_of(*source), content_of(*cells));
  }
  EXPECT_EQ(ids_of(*manifest), ids_of(*again));
  EXPECT_THAT(read_text(path("lists/cells.csv")),
              HasSubstr("../again/2nd \"\"class\"\", 血/images_000000.png"));
}

TEST_F(Convert, SplitAndSubjectsGoAlong) {
  put_cells();
  put_text(path("cells.csv"),
           "path,label,split,subject\ncells/basophil/0.png,b,train,anna\ncells/basophil/1.png,b,val,\n"
           "cells/basophil/2.png,c,test,ben\ncells/érythroblaste/0.png,c,train,\n");
  const auto manifest = open_source(path("cells.csv"));
  write_npz(*manifest, path("cells.npz"), {});
  EXPECT_THAT(NpzFile(path("cells.npz")).keys(),
              ElementsAre("train_images", "train_labels", "train_subjects", "val_images", "val_labels",
                          "val_subjects", "test_images", "test_labels", "test_subjects", "class_names"));
  EXPECT_EQ(NpzFile(path("cells.npz")).read("train_labels").header.shape, (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(content_of(*open_source(path("cells.npz"))), content_of(*manifest));
  EXPECT_THAT(subjects_of(*open_source(path("cells.npz"))), ElementsAre("anna", "", "", "ben"));

  write_folders(*manifest, path("folders"));
  EXPECT_EQ(read_text(path("folders/split.csv")),
            "path,label,split,subject\nb/0.png,b,train,anna\nb/1.png,b,val,\nc/2.png,c,test,ben\n"
            "c/0.png,c,train,\n");

  EXPECT_THAT(subjects_of(*open_source(path("folders/split.csv"))), ElementsAre("anna", "", "ben", ""));

  write_manifest(*manifest, path("other.csv"));
  EXPECT_EQ(read_text(path("other.csv")), read_text(path("cells.csv")));
}

TEST_F(Convert, SubjectsGoAlongWithoutASplit) {
  put_picture(path("1.png"));
  put_picture(path("2.png"));
  put_text(path("cells.csv"), "path,label,subject\n1.png,a,Zoë 血\n2.png,b,\n");
  const auto manifest = open_source(path("cells.csv"));
  write_folders(*manifest, path("folders"));
  EXPECT_EQ(read_text(path("folders/split.csv")), "path,label,subject\na/1.png,a,Zoë 血\nb/2.png,b,\n");
  write_npz(*manifest, path("cells.npz"), {});
  EXPECT_THAT(NpzFile(path("cells.npz")).keys(), ElementsAre("images", "labels", "subjects", "class_names"));
  EXPECT_THAT(subjects_of(*open_source(path("cells.npz"))), ElementsAre("Zoë 血", ""));
  put_text(path("latin1.csv"), "path,label,subject\n1.png,a,Zo\xEB\n");
  EXPECT_THAT(
      error_of(ErrorKind::Data, [&] { write_npz(*open_source(path("latin1.csv")), path("latin1.npz"), {}); }),
      HasSubstr("Zo\\xeb"));
}

TEST_F(Convert, TextsThatWouldNotBeReadBack) {
  std::vector<std::string> texts(6'000);
  texts[0].assign(200'000, 'x');  // all of them are as wide as the longest: 4.8 GB
  NpzWriter writer(path("texts.npz"));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { writer.add_text("subjects", texts); }),
              AllOf(HasSubstr("subjects: 6000 texts of up to 200000"), HasSubstr("shorten")));
}

TEST_F(Convert, PicturesWithoutLabelAreLeftOut) {
  put_cells();
  const auto cells = open_source(path("cells"));
  const auto some = subset(*cells, {{0, -1}, {1, 2}});
  const auto expect_one = [](const Converted& converted) {
    EXPECT_EQ(converted.pictures, 1u);
    ASSERT_EQ(converted.findings.size(), 1u);
    EXPECT_EQ(converted.findings[0].record, "2nd \"class\", 血/0.png");
    EXPECT_EQ(converted.findings[0].reason, "unlabelled");
  };
  expect_one(write_folders(*some, path("folders")));
  expect_one(write_manifest(*some, path("cells.csv")));
  expect_one(write_npz(*some, path("cells.npz"), {}));
  // Classes that got no picture have no folder, so that the copy can be opened.
  EXPECT_THAT(open_source(path("folders"))->classes(), ElementsAre("érythroblaste"));
  EXPECT_THAT(open_source(path("cells.csv"))->classes(), ElementsAre("érythroblaste"));
  EXPECT_EQ(open_source(path("cells.npz"))->records().size(), 1u);
}

TEST_F(Convert, AClassOfWhichNothingCanBeReadGetsNoFolder) {
  put_picture(path("1.png"));
  put_text(path("cells.csv"), "path,label\n1.png,a\nabsent.png,b\n");
  EXPECT_EQ(write_folders(*open_source(path("cells.csv")), path("folders")).findings.size(), 1u);
  EXPECT_THAT(open_source(path("folders"))->classes(), ElementsAre("a"));
}

TEST_F(Convert, WhatCannotBeWrittenFailsBeforeThePicturesAreRead) {
  put_cells();
  std::uint64_t looked = 0;
  const auto count = [&](std::uint64_t, std::uint64_t) { ++looked; };
  const auto cells = open_source(path("cells"));
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { write_npz(*cells, path("no/x.npz"), {}, count); }),
              HasSubstr("no/x.npz"));
  EXPECT_EQ(looked, 0u);
}

TEST_F(Convert, NothingIsWrittenOverItsSource) {
  put_cells();
  put_text(path("cells.csv"), "path,label\ncells/basophil/0.png,b\n");
  fs::create_symlink("cells/basophil/0.png", path("link.png"));
  fs::create_directory_symlink("cells", path("linked"));
  const auto says = [&](const char* out, const char* data) {
    return error_of(ErrorKind::Usage, [&] { require_outside(path(out), path(data), "who"); });
  };
  EXPECT_THAT(says("cells.csv", "cells.csv"), HasSubstr("[who] output"));
  EXPECT_THAT(says("cells/../cells.csv", "cells.csv"), HasSubstr("must not change"));
  EXPECT_THAT(says("cells", "cells"), HasSubstr("must not change"));
  EXPECT_THAT(says("linked/new.csv", "cells"), HasSubstr("must not change"));
  EXPECT_NO_THROW(require_outside(path("cells2"), path("cells"), "who"));

  const auto source = open_source(path("cells.csv"));
  for (const char* out : {"cells/basophil/0.png", "link.png"}) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { require_no_picture(path(out), *source, "who"); }),
                AllOf(HasSubstr("is the picture"), HasSubstr("must not change")));
  }
  for (const char* out : {"cells/basophil/1.png", "new.csv"})
    EXPECT_NO_THROW(require_no_picture(path(out), *source, "who"));
}

TEST_F(Convert, FilesAreCopiedAsTheyAre) {
  const Bytes jpeg = encode_jpeg(plain(8, 8, 90, 10, 200), 50);
  fs::create_directories(path("cells/a/deep"));
  write_atomic(path("cells/a/photo.JPEG"), jpeg);
  write_atomic(path("cells/a/deep/photo.JPEG"), jpeg);
  put_text(path("cells/a/broken.png"), "broken");
  put_text(path("cells/a/empty.png"), "");
  const auto cells = open_source(path("cells"));
  const Converted converted = write_folders(*cells, path("copy"));
  EXPECT_EQ(converted.pictures, 4u);
  EXPECT_THAT(converted.findings, IsEmpty());
  EXPECT_THAT(ids_of(*open_source(path("copy"))),
              ElementsAre("a/broken.png", "a/empty.png", "a/photo.JPEG", "a/photo_2.JPEG"));
  EXPECT_EQ(read_bytes(path("copy/a/photo.JPEG"), 1 << 20), jpeg);
  EXPECT_EQ(read_bytes(path("copy/a/photo_2.JPEG"), 1 << 20), jpeg);
  EXPECT_EQ(read_text(path("copy/a/broken.png")), "broken");
}

TEST_F(Convert, WhatCannotBeCopiedIsNamed) {
  put_picture(path("one.png"));
  put_picture(path("more/one.png"), plain(2, 2, 9, 9, 9));
  put_picture(path(".hidden.png"), plain(2, 2, 8, 8, 8));
  put_picture(path("scan.dat"));
  put_text(path("cells.csv"),
           "path,label\none.png,a\nmore/one.png,a\n.hidden.png,a\nscan.dat,a\nabsent.png,a\n");
  const Converted converted = write_folders(*open_source(path("cells.csv")), path("folders"));
  EXPECT_EQ(converted.pictures, 3u);
  ASSERT_EQ(converted.findings.size(), 2u);
  EXPECT_EQ(converted.findings[0].record, "scan.dat");
  EXPECT_EQ(converted.findings[0].reason, "unsupported");
  EXPECT_EQ(converted.findings[1].record, "absent.png");
  EXPECT_EQ(converted.findings[1].reason, "unreadable");
  EXPECT_THAT(ids_of(*open_source(path("folders"))),
              ElementsAre("a/_.hidden.png", "a/one.png", "a/one_2.png"));
}

TEST_F(Convert, LabelsThatNoFolderCanHave) {
  put_picture(path("1.png"));
  const std::vector<std::string> names{"a/b", "..", ".", ".hidden", std::string(256, 'x')};
  for (const std::string& name : names) {
    put_text(path("cells.csv"), fmt::format("path,label\n1.png,{}\n", name));
    const auto source = open_source(path("cells.csv"));
    EXPECT_THAT(error_of(ErrorKind::Data, [&] { write_folders(*source, path("folders")); }),
                AllOf(HasSubstr("cannot name a folder"), HasSubstr("Hint: ")));
    EXPECT_FALSE(fs::exists(path("folders")));
  }
}

TEST_F(Convert, ArraysHoldOneSizeAndNothingBroken) {
  put_cells();
  put_picture(path("cells/basophil/large.png"), plain(12, 10, 200, 0, 0));
  put_text(path("cells/basophil/torn.png"), "torn");
  const auto cells = open_source(path("cells"));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { write_npz(*cells, path("cells.npz"), {}); }),
              AllOf(HasSubstr("6×4 px (9)"), HasSubstr("12×10 px (1)"), HasSubstr("--size")));
  EXPECT_FALSE(fs::exists(path("cells.npz")));
  const Converted converted = write_npz(*cells, path("cells.npz"), {.size_px = 5, .crop_px = 3});
  EXPECT_EQ(converted.pictures, 10u);
  ASSERT_EQ(converted.findings.size(), 1u);
  EXPECT_EQ(converted.findings[0].record, "basophil/torn.png");
  const auto npz = open_source(path("cells.npz"));
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(npz->load(i).width(), 5);
}

TEST_F(Convert, TheSamePicturesGiveTheSameFile) {
  put_cells();
  const auto cells = open_source(path("cells"));
  write_npz(*cells, path("1.npz"), {});
  write_npz(*cells, path("2.npz"), {});
  EXPECT_EQ(sha256_of_file(path("1.npz")), sha256_of_file(path("2.npz")));
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(path(""))) files += entry.is_regular_file();
  EXPECT_EQ(files, 2u);  // nothing temporary is left
}

TEST_F(Convert, WishesThatCannotBe) {
  put_cells();
  const auto cells = open_source(path("cells"));
  write_npz(*cells, path("cells.npz"), {});
  const auto arrays = open_source(path("cells.npz"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { write_manifest(*arrays, path("m.csv")); }),
              HasSubstr("--to folders"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { write_npz(*cells, path("x.npz"), {.crop_px = 3}); }),
              HasSubstr("--size"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { write_npz(*cells, path("x.npz"), {.size_px = 5000}); }),
              HasSubstr("1 to 4096"));
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { write_npz(*cells, path("no/x.npz"), {}); }),
              HasSubstr("no/x.npz"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { write_folders(*cells, path("cells")); }),
              HasSubstr("not empty"));
}

TEST_F(Convert, MemoryDoesNotGrowWithTheSet) {
  const Image picture = plain(500, 500, 1, 2, 3);  // 750 kB, or a few as a PNG
  for (int i = 0; i < 300; ++i) put_picture(path(fmt::format("cells/a/{}.png", i)), picture);
  const auto cells = open_source(path("cells"));
  const std::uint64_t before = peak_resident_bytes();
  write_npz(*cells, path("cells.npz"), {});
  EXPECT_LT(peak_resident_bytes() - before, 100u << 20);  // all pictures: 225 MB
}

TEST(Utf32, AllLengthsAndNoOthers) {
  const std::vector<std::uint32_t> codes{0x41,   0x7F,   0x80,   0x7FF,   0x800,
                                         0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
  std::string text;
  for (const std::uint32_t code : codes) EXPECT_TRUE(append_utf8(text, code));
  EXPECT_EQ(text,
            "A\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F"
            "\xBF\xBF");
  EXPECT_EQ(to_utf32(text), codes);
  for (const std::uint32_t code : {0xD800u, 0xDFFFu, 0x110000u, 0xFFFFFFFFu})
    EXPECT_FALSE(append_utf8(text, code));
}

}  // namespace
}  // namespace giemsa::testing
