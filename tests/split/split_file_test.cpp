#include "core/error_matchers.h"
#include "data/made_source.h"
#include "giemsa/split/split.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Part T = Part::Train, V = Part::Val, E = Part::Test, N = Part::None;

class SplitFile : public ::testing::Test {
 protected:
  Split read(std::string_view text) {
    put_text(csv_, text);
    return read_split(csv_, source_);
  }
  TemporaryFolder folder_;
  std::filesystem::path csv_ = folder_.path() / "split.csv";
  MadeSource source_{{"a", "b"},
                     {{.id = "a/1.jpg", .path = "/data/a/1.jpg", .label = 0},
                      {.id = "a/2.jpg", .path = "/data/a/2.jpg", .label = 0},
                      {.id = "a/3.jpg", .path = "/data/a/3.jpg", .label = 0},
                      {.id = "b/1, odd.jpg", .path = "/data/b/1, odd.jpg", .label = 1},
                      {.id = "b/2.jpg", .path = "/data/b/2.jpg", .label = 1}}};
};

TEST_F(SplitFile, MatchesIdsAndPathsInAnyOrderWithAnyOtherColumns) {
  const Split split = read(
      "sha,split,label,path\n"
      ",val,b,b/2.jpg\n"
      ",train,a,a/1.jpg\n"
      ",validation,a,/data/a/2.jpg\n"
      ",train,b,\"b/1, odd.jpg\"\n");
  EXPECT_THAT(split.parts, ElementsAre(T, V, N, T, V));
}

TEST_F(SplitFile, LabelsAreOptionalAndRepeatsThatAgreeAreHarmless) {
  const Split split =
      read("path,split\na/1.jpg,train\na/1.jpg,train\na/2.jpg,val\nb/2.jpg,test\n\"b/1, odd.jpg\",train\n");
  EXPECT_THAT(split.parts, ElementsAre(T, V, N, T, E));
}

TEST_F(SplitFile, WhatIsWrittenReadsBack) {
  const Split split{.parts = {T, V, N, T, V}};
  write_split(csv_, split, source_);
  EXPECT_EQ(read_text(csv_),
            "path,label,split\na/1.jpg,a,train\na/2.jpg,a,val\na/3.jpg,a,\n\"b/1, "
            "odd.jpg\",b,train\nb/2.jpg,b,val\n");
  EXPECT_EQ(read_split(csv_, source_).parts, split.parts);
}

TEST_F(SplitFile, MistakesAreNamedWithTheirPlace) {
  const struct {
    const char *text, *says;
  } kCases[] = {
      {"path,label\na/1.jpg,a\n", "split"},
      {"label,split\na,train\n", "path"},
      {"path,split\na/1.jpg,train\na/9.jpg,val\n", "record 2: 'a/9.jpg' is not in the data set"},
      {"path,split\n../a/1.jpg,train\n", "record 1: '../a/1.jpg' is not in the data set"},
      {"path,split\n/etc/passwd,train\n", "record 1: '/etc/passwd' is not in the data set"},
      {"path,split\na/1.jpg,train\n/data/a/1.jpg,val\n",
       "record 2: '/data/a/1.jpg' is in two parts, train and val"},
      {"path,split,label\na/1.jpg,train,b\n",
       "record 1: 'a/1.jpg' is labelled 'b' there and 'a' in the data set"},
      {"path,split\na/1.jpg,holdout\n", "record 1: part 'holdout'"},
      {"path,split\n", "the train part is empty"},
      {"path,split\na/1.jpg,train\nb/2.jpg,train\n", "the val part is empty"},
      {"path,split\na/1.jpg,train\na/2.jpg,val\nb/2.jpg,train\n", "class 'b' occurs only in the train part"},
  };
  for (const auto& [text, says] : kCases) {
    EXPECT_THAT(error_of(ErrorKind::Data, [&] { read(text); }), HasSubstr(says)) << text;
  }
  EXPECT_THAT(error_of(ErrorKind::Io, [&] { read_split(folder_.path() / "absent.csv", source_); }),
              HasSubstr("absent.csv"));
}

TEST_F(SplitFile, TheHintShowsHowPathsLook) {
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { read("path,split\n1.jpg,train\n"); }),
              AllOf(HasSubstr("Hint: "), HasSubstr("'a/1.jpg'")));
}

TEST(Part, NamesReadBack) {
  for (const Part part : {T, V, E, N}) EXPECT_EQ(parse_part(part_name(part), "here"), part);
  EXPECT_EQ(parse_part("valid", "here"), V);
  EXPECT_THAT(error_of(ErrorKind::Data, [] { parse_part("Train", "row 3"); }),
              HasSubstr("row 3: part 'Train'"));
}

}  // namespace
}  // namespace giemsa::testing
