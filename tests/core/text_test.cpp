#include "giemsa/core/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace giemsa {
namespace {

using ::testing::ElementsAre;

const std::vector<std::string> kModels = {"resnet18", "resnet50", "convnext-tiny", "baseline"};

TEST(NearestCandidate, FindsTyposAndNothingElse) {
  struct Case {
    const char *name, *nearest;
  };
  for (const auto& [name, nearest] : std::initializer_list<Case>{
           {"resnet50", "resnet50"},
           {"resnet5", "resnet50"},
           {"resnet81", "resnet18"},
           {"ResNet18", "resnet18"},
           {"convnext_tiny", "convnext-tiny"},
           {"convnext", ""},  // five letters are missing of thirteen
           {"basline", "baseline"},
           {"vit", ""},
           {"", ""},
       }) {
    EXPECT_EQ(nearest_candidate(name, kModels), nearest) << name;
  }
}

TEST(NearestCandidate, AThirdOfTheLongerWordIsTheLimit) {
  const std::vector<std::string> words = {"abcdef"};
  EXPECT_EQ(nearest_candidate("abcdxy", words), "abcdef");
  EXPECT_EQ(nearest_candidate("abcxyz", words), "");
}

TEST(NearestCandidate, TakesNoTimeForHostileInput) {
  const std::vector<std::string> many(1000, std::string(100'000, 'b'));
  EXPECT_EQ(nearest_candidate(std::string(100'000, 'a'), many), "");
  EXPECT_EQ(nearest_candidate("bbb", many), "");
}

TEST(Suggest, NamesOneOrAll) {
  EXPECT_EQ(suggest("resnet5", kModels), "did you mean 'resnet50'?");
  EXPECT_EQ(suggest("xyz", kModels), "one of: resnet18, resnet50, convnext-tiny, baseline");
  EXPECT_EQ(suggest("xyz", {}), "");
}

TEST(JoinAndSplit, AreInverse) {
  EXPECT_EQ(join(kModels, "+"), "resnet18+resnet50+convnext-tiny+baseline");
  EXPECT_EQ(join({}, ","), "");
  EXPECT_THAT(split_text("a,b,,c", ','), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(split_text(",", ','), ElementsAre("", ""));
  EXPECT_THAT(split_text("", ','), ElementsAre(""));
}

TEST(ToLower, ChangesAsciiOnly) { EXPECT_EQ(to_lower("AbZ-9 É@[`{"), "abz-9 É@[`{"); }

TEST(IsUtf8, FollowsRfc3629) {
  for (const char* good : {"", "plain", "\u00B5m", "\u8840", "\U0001F9EA", "\x7F", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* bad : {
           "\x80",              // a continuation without a lead
           "\xC3",              // cut off
           "\xC0\xAF",          // overlong, two bytes
           "\xE0\x80\xAF",      // overlong, three bytes
           "\xF0\x80\x80\xAF",  // overlong, four bytes
           "\xED\xA0\x80",      // a surrogate
           "\xF4\x90\x80\x80",  // above U+10FFFF
           "\xFF",
           "caf\xE9",  // Latin-1
           "\xE8\xA1z",
       }) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

TEST(Printable, KeepsTextAndEscapesWhatActsOnTerminals) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string> kCases[] = {
      {"", ""},
      {"conv.weight", "conv.weight"},
      {"größe/µ 细胞 🔬", "größe/µ 细胞 🔬"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {"a\nb\tc\0d\x7f"s, "a\\x0ab\\x09c\\x00d\\x7f"},
      {"\xc2\x9b"
       "31m",
       "\\xc2\\x9b31m"},  // C1: the one-byte form of ESC [
      {"a\xe2\x80\xae"
       "b",
       "a\\xe2\\x80\\xaeb"},                // right-to-left override
      {"\xff\xc3", "\\xff\\xc3"},           // no UTF-8
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // a surrogate
  };
  for (const auto& [text, shown] : kCases) EXPECT_EQ(printable(text), shown);
  EXPECT_EQ(printable(std::string(101, 'm')), std::string(100, 'm') + "…");
  EXPECT_EQ(printable(std::string(100, 'm')), std::string(100, 'm'));
  EXPECT_EQ(printable("größe", 3), "gr…");  // no half characters
}

TEST(EscapeHtml, LeavesNoMarkup) {
  EXPECT_EQ(escape_html(R"(<img src="x" alt='a&b'>)"), "&lt;img src=&quot;x&quot; alt=&#39;a&amp;b&#39;&gt;");
}

TEST(WithThousands, GroupsByThree) {
  struct Case {
    long long value;
    const char* text;
  };
  for (const auto& [value, text] : std::initializer_list<Case>{
           {0, "0"},
           {999, "999"},
           {1000, "1,000"},
           {12345678, "12,345,678"},
           {-999, "-999"},
           {-100000, "-100,000"},
           {std::numeric_limits<long long>::min(), "-9,223,372,036,854,775,808"},
       }) {
    EXPECT_EQ(with_thousands(value), text);
  }
}

TEST(FormatDuration, IsReadAtAGlance) {
  struct Case {
    double seconds;
    const char* text;
  };
  for (const auto& [seconds, text] : std::initializer_list<Case>{
           {0, "0:00"},
           {0.4, "0:00"},
           {59.6, "1:00"},
           {93.4, "1:33"},
           {3599.6, "1:00:00"},
           {3725, "1:02:05"},
           {360000, "100:00:00"},
           {-3, "0:00"},
           {std::numeric_limits<double>::infinity(), "?"},
           {std::numeric_limits<double>::quiet_NaN(), "?"},
       }) {
    EXPECT_EQ(format_duration(seconds), text) << seconds;
  }
}

TEST(Base64, MatchesRfc4648) {
  struct Case {
    std::string_view bytes;
    const char* text;
  };
  for (const auto& [bytes, text] : std::initializer_list<Case>{
           {"", ""},
           {"f", "Zg=="},
           {"fo", "Zm8="},
           {"foo", "Zm9v"},
           {"foob", "Zm9vYg=="},
           {"fooba", "Zm9vYmE="},
           {"foobar", "Zm9vYmFy"},
           {"\xFB\xEF\xFF", "++//"},
       }) {
    EXPECT_EQ(base64({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}), text);
  }
}

}  // namespace
}  // namespace giemsa
