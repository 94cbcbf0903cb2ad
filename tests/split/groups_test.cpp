#include "giemsa/split/groups.h"

#include "core/error_matchers.h"
#include "data/made_source.h"

namespace giemsa::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Part T = Part::Train, V = Part::Val, E = Part::Test, N = Part::None;
using Lists = std::vector<std::vector<std::size_t>>;

std::vector<Record> records_of(const std::vector<std::string>& subjects) {
  std::vector<Record> records;
  for (const std::string& subject : subjects) {
    const std::string id = std::to_string(records.size());
    records.push_back({.id = id, .path = "/data/" + id, .label = 0, .subject = subject});
  }
  return records;
}

TEST(JoinGroups, JoinsListsAndSubjects) {
  const struct {
    std::vector<std::string> subjects;
    Lists together;
    std::vector<std::int64_t> of;
  } kCases[] = {
      {{"", "", ""}, {}, {-1, -1, -1}},
      {{"p", "", "p"}, {}, {0, -1, 0}},
      {{"p", "q", "r"}, {}, {-1, -1, -1}},  // one picture each
      {{"", "", "", ""}, {{3, 1}}, {-1, 0, -1, 0}},
      {{"", "", "", "", ""}, {{3, 4}, {0, 2}}, {0, -1, 0, 1, 1}},  // numbered by first record
      {{"", "", "", "", ""}, {{3, 4}, {0, 2}, {4, 2}}, {0, -1, 0, 0, 0}},
      {{"p", "q", "q", "p", ""}, {{2, 3}}, {0, 0, 0, 0, -1}},  // a duplicate of two subjects joins them
      {{"p", "p", "", ""}, {{1}, {}, {2, 3, 3, 2}}, {0, 0, 1, 1}},
  };
  for (const auto& [subjects, together, of] : kCases) {
    const RecordGroups groups = join_groups(records_of(subjects), together);
    EXPECT_EQ(groups.of, of);
    EXPECT_EQ(static_cast<std::int64_t>(groups.count), 1 + *std::max_element(of.begin(), of.end()));
  }
  EXPECT_THAT(error_of(ErrorKind::Internal,
                       [] {
                         join_groups(records_of({"", ""}), {{0, 2}});
                       }),
              HasSubstr("record 2 of 2"));
}

TEST(StraddlingGroups, AreThoseInMoreThanOnePart) {
  const RecordGroups groups{.of = {0, 1, 0, 1, 2, -1, 2, 0}, .count = 3};
  const struct {
    std::vector<Part> parts;
    Lists straddle;
  } kCases[] = {
      {{T, V, T, V, E, T, E, T}, {}},          {{N, N, N, N, N, N, N, N}, {}},
      {{T, V, T, V, E, T, E, V}, {{0, 2, 7}}}, {{T, V, T, E, T, V, E, T}, {{1, 3}, {4, 6}}},
      {{T, V, N, N, E, T, E, V}, {{0, 7}}},  // what is left out does not leak
      {{N, V, N, V, E, T, N, T}, {}},
  };
  for (const auto& [parts, straddle] : kCases)
    EXPECT_EQ(straddling_groups(Split{.parts = parts}, groups), straddle);
  EXPECT_THAT(straddling_groups(Split{.parts = {T, V}}, {}), IsEmpty());
  EXPECT_THAT(error_of(ErrorKind::Internal, [&] { straddling_groups(Split{.parts = {T}}, groups); }),
              HasSubstr("another source"));
}

TEST(ReadGroups, TakesIdsPathsAndAnyWordForAGroup) {
  const MadeSource source({"a"}, records_of({"", "", "", ""}));
  const TemporaryFolder folder;
  const auto csv = folder.path() / "duplicates.csv";
  const auto read = [&](std::string_view text) {
    put_text(csv, text);
    return read_groups(csv, source);
  };
  ListedGroups listed = read("group,record,likeness\n7,3,near\nx,1,\n7,/data/0,near\nx,2,\n,0,\ngone,9,\n");
  EXPECT_EQ(listed.together, (Lists{{0, 3}, {1, 2}}));
  EXPECT_EQ(listed.unknown, 1u);
  listed = read("record,group\n");
  EXPECT_THAT(listed.together, IsEmpty());
  EXPECT_EQ(listed.unknown, 0u);
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { read("record,group\na/1.jpg,1\na/2.jpg,1\n"); }),
              AllOf(HasSubstr("duplicates.csv: none of its 2 records"), HasSubstr("look like '0' here")));
  EXPECT_THAT(error_of(ErrorKind::Data, [&] { read("path,group\n1,1\n"); }), HasSubstr("record"));
}

}  // namespace
}  // namespace giemsa::testing
