#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> ids_of(const Source& source) {
  std::vector<std::string> ids;
  for (const auto& record : source.records()) ids.push_back(record.id);
  return ids;
}

TEST(FolderSource, ClassesAreFoldersAndIdsAreRelativePaths) {
  const TemporaryFolder folder;
  for (const char* path : {"neutrophil/b.PNG", "neutrophil/a.jpg", "basophil/plate 1/x.tif",
                           "basophil/plate 1/deep/y.bmp", "basophil-old/z.jpeg"}) {
    put_picture(folder.path() / path);
  }
  put_text(folder.path() / "basophil/readme.txt", "not a picture");
  put_text(folder.path() / "notes.csv", "not a class");
  put_picture(folder.path() / "basophil/.hidden.png");
  put_picture(folder.path() / ".thumbnails/t.png");
  fs::create_directory(folder.path() / "neutrophil/folder.jpg");

  const auto source = open_source(folder.path());
  EXPECT_THAT(source->classes(), ElementsAre("basophil", "basophil-old", "neutrophil"));
  EXPECT_THAT(ids_of(*source), ElementsAre("basophil-old/z.jpeg", "basophil/plate 1/deep/y.bmp",
                                           "basophil/plate 1/x.tif", "neutrophil/a.jpg", "neutrophil/b.PNG"));
  const int labels[] = {1, 0, 0, 2, 2};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(source->records()[i].label, labels[i]);
    EXPECT_EQ(source->records()[i].official, Part::None);
    EXPECT_TRUE(fs::exists(source->records()[i].path));
    EXPECT_EQ(source->load(i), plain(2, 2, 1, 2, 3));  // PNGs all: names are not trusted
  }
}

TEST(FolderSource, ATrailingSlashChangesNothing) {
  const TemporaryFolder folder;
  put_picture(folder.path() / "a/1.png");
  put_picture(folder.path() / "b/1.png");
  EXPECT_THAT(ids_of(*open_source(folder.path() / "")), ElementsAre("a/1.png", "b/1.png"));
}

TEST(FolderSource, LinksAreFollowedAndLoopsComeToAnEnd) {
  const TemporaryFolder folder, elsewhere;
  put_picture(elsewhere.path() / "1.png");
  put_picture(folder.path() / "set/a/2.png");
  put_picture(folder.path() / "set/b/deep/3.png");
  fs::create_directory_symlink(elsewhere.path(), folder.path() / "set/a/linked");
  fs::create_directory_symlink("..", folder.path() / "set/a/up");
  fs::create_directory_symlink(".", folder.path() / "set/a/self");
  fs::create_directory_symlink("../b/deep", folder.path() / "set/a/other class");
  fs::create_directory_symlink("b", folder.path() / "set/again");
  fs::create_symlink("nowhere.png", folder.path() / "set/a/dangling.png");
  const auto source = open_source(folder.path() / "set");
  EXPECT_THAT(source->classes(), ElementsAre("a", "again", "b"));
  EXPECT_THAT(ids_of(*source), ElementsAre("a/2.png", "a/linked/1.png", "b/deep/3.png"));
  EXPECT_EQ(source->records()[2].label, 2);
  std::vector<std::string> unlisted;
  for (const Finding& finding : source->findings()) {
    if (finding.evidence.ends_with("leads back to a folder already listed"))
      unlisted.push_back(finding.record);
    EXPECT_EQ(finding.reason, "unreadable");
  }
  EXPECT_THAT(unlisted, ElementsAre("a/other class", "a/self", "a/up", "again"));
}

TEST(FolderSource, WhatCannotBeADataSetIsNamed) {
  const TemporaryFolder empty, loose, hollow;
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { open_source(empty.path()); }),
              AllOf(HasSubstr("no class folder found"), HasSubstr(".jpg .jpeg .png .bmp .tif .tiff")));
  put_picture(loose.path() / "1.png");
  put_picture(loose.path() / "2.png");
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { open_source(loose.path()); }),
              AllOf(HasSubstr("2 pictures lie in the folder itself"), HasSubstr("Hint: ")));
  put_picture(hollow.path() / "a/1.png");
  put_text(hollow.path() / "docs/readme.txt", "words");
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { open_source(hollow.path()); }),
              AllOf(HasSubstr("docs: the class folder holds no picture"), HasSubstr("Hint: ")));
}

TEST(OpenSource, SaysWhatItReads) {
  EXPECT_THAT(error_of(ErrorKind::Io, [] { open_source("no/such/folder"); }),
              AllOf(HasSubstr("no/such/folder"), HasSubstr("Hint: ")));
  const TemporaryFolder folder;
  put_text(folder.path() / "cells.xlsx", "?");
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { open_source(folder.path() / "cells.xlsx"); }),
              HasSubstr("not a kind of data set that giemsa reads"));
}

}  // namespace
}  // namespace giemsa::testing
