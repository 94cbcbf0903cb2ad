#include "giemsa/inspect/reasons.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;

TEST(Reasons, AreAllThatAreEverGiven) {
  const std::set<std::string_view> given{"corrupt",
                                         "unreadable",
                                         "repeated",
                                         "conflicting_label",
                                         "identical_file",
                                         "identical_pixels",
                                         "near_duplicate",
                                         "constant",
                                         "dark",
                                         "bright",
                                         "low_information",
                                         "blurred",
                                         "non_cell",
                                         "outlier",
                                         "label_error",
                                         "similar_class",
                                         "too_many_classes",
                                         "unlabelled",
                                         "unsupported"};
  std::set<std::string_view> known;
  for (const Reason& reason : reasons()) {
    EXPECT_TRUE(known.insert(reason.word).second) << reason.word << " stands there twice";
    EXPECT_FALSE(reason.title.empty() || reason.meaning.empty()) << reason.word;
    EXPECT_EQ(find_reason(reason.word), &reason);
  }
  EXPECT_EQ(known, given);
  EXPECT_EQ(find_reason("odd_word"), nullptr);
}

TEST(Reasons, AreAllInTheManual) {
  const std::string manual = read_text(std::filesystem::path(GIEMSA_TEST_DATA) / "../../../docs/inspect.md");
  for (const Reason& reason : reasons()) EXPECT_THAT(manual, HasSubstr(fmt::format("`{}`", reason.word)));
}

}  // namespace
}  // namespace giemsa
