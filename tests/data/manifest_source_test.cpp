#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Writes the manifest into a folder of its own and opens it.
class Manifest : public ::testing::Test {
 protected:
  std::unique_ptr<Source> open(std::string_view text) {
    put_text(folder_.path() / "lists/cells.csv", text);
    return open_source(folder_.path() / "lists/cells.csv");
  }
  TemporaryFolder folder_;
};

TEST_F(Manifest, PathsAreRelativeToItAndClassesAreSorted) {
  put_picture(folder_.path() / "lists/a.png", plain(2, 2, 10, 0, 0));
  put_picture(folder_.path() / "pictures/b,c.png", plain(2, 2, 20, 0, 0));
  const std::string absolute = (folder_.path() / "pictures/b,c.png").string();
  const auto source =
      open("path,label\na.png,platelet\n\"../pictures/b,c.png\",basophil\n\"" + absolute + "\",monocyte\n");
  EXPECT_THAT(source->classes(), ElementsAre("basophil", "monocyte", "platelet"));
  const int labels[] = {2, 0, 1};
  const int reds[] = {10, 20, 20};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(source->records()[i].label, labels[i]);
    EXPECT_EQ(source->load(i).pixels()[0], reds[i]);
  }
  EXPECT_EQ(source->records()[1].id, "../pictures/b,c.png");
}

TEST_F(Manifest, SplitAndIdColumnsAreKept) {
  const auto source = open(
      "id,split,path,label,remark\nx1,train,a.png,p,\nx2,validation,b.png,p,?\nx3,test,c.png,q,\nx4,,d.png,q,"
      "\n");
  const struct {
    const char* id;
    Part part;
  } kCases[] = {{"x1", Part::Train}, {"x2", Part::Val}, {"x3", Part::Test}, {"x4", Part::None}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(source->records()[i].id, kCases[i].id);
    EXPECT_EQ(source->records()[i].official, kCases[i].part);
  }
}

TEST_F(Manifest, MistakesAreNamedWithTheirPlace) {
  const struct {
    const char *text, *says;
  } kCases[] = {
      {"path,label\n", "no pictures are listed"},
      {"path,class\na.png,p\n", "label"},
      {"file,label\na.png,p\n", "path"},
      {"path,label\na.png,p\nb.png,\n", "cells.csv, record 2: 'b.png' has no label"},
      {"path,label\n,p\n", "record 1: the path is empty"},
      {"path,label,id\na.png,p,\n", "record 1: the id is empty"},
      {"path,label\na.png,p\na.png,q\n", "record 2: 'a.png' is listed twice"},
      {"path,label,id\na.png,p,7\nb.png,q,7\n", "record 2: '7' is listed twice"},
      {"path,label,split\na.png,p,holdout\n",
       "record 1: part 'holdout'; train, val, test or nothing is expected"},
  };
  for (const auto& [text, says] : kCases) {
    EXPECT_THAT(error_of(ErrorKind::Data, [&] { open(text); }),
                AllOf(HasSubstr("cells.csv"), HasSubstr(says)));
  }
}

TEST_F(Manifest, APathThatLeadsToSomethingElseOnlyFailsToDecode) {
  put_text(folder_.path() / "secret.txt", "password");
  const auto source = open("path,label\n../secret.txt,p\n../../../../../../../no/such.png,p\n");
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { source->load(0); }),
              AllOf(HasSubstr("secret.txt: not a picture"), ::testing::Not(HasSubstr("password"))));
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { source->load(1); }), HasSubstr("no/such.png"));
}

}  // namespace
}  // namespace giemsa::testing
