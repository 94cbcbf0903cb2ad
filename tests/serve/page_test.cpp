#include "giemsa/serve/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "giemsa/serve/page_files.h"
#include "serve/asked_of.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Page, ServesItsFiles) {
  ASSERT_FALSE(page_files().empty());
  for (const PageFile& file : page_files()) {
    const Reply reply = page_reply(file.name, {.method = "GET", .path = "/"});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, std::string(file.bytes.begin(), file.bytes.end()));
    EXPECT_NE(reply.content_type, "application/octet-stream") << file.name;
    EXPECT_EQ(header_of(reply, "Cache-Control"), "no-cache");
    EXPECT_THAT(header_of(reply, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(header_of(reply, "Content-Security-Policy"), Not(HasSubstr("unsafe")));

    const Asked again{.method = "GET", .path = "/", .if_none_match = header_of(reply, "ETag")};
    EXPECT_EQ(page_reply(file.name, again).status, 304);
    EXPECT_TRUE(page_reply(file.name, again).body.empty());
    const Asked other{.method = "GET", .path = "/", .if_none_match = "\"0123456789abcdef\""};
    EXPECT_EQ(page_reply(file.name, other).status, 200);
  }
  EXPECT_EQ(page_reply("nothing.js", {.method = "GET", .path = "/"}).status, 404);
  EXPECT_EQ(page_reply("", {.method = "GET", .path = "/"}).status, 404);
}

TEST(Page, LoadsNothingFromElsewhereAndNothingThatIsNotThere) {
  const std::regex reference("(?:src|href|from|import)\\s*=?\\s*\\(?[\"']([^\"'#]+)[\"']");
  std::size_t found = 0;
  for (const PageFile& file : page_files()) {
    const std::string text(file.bytes.begin(), file.bytes.end());
    if (!file.name.ends_with(".html") && !file.name.ends_with(".js")) continue;
    for (std::sregex_iterator match(text.begin(), text.end(), reference), end; match != end; ++match) {
      const std::string target = (*match)[1];
      if (target.starts_with("/v1/") || target.starts_with("data:") || target.starts_with("blob:")) continue;
      EXPECT_THAT(target, Not(HasSubstr("//"))) << file.name;
      const std::string name = target.substr(target.find_last_of('/') + 1);
      if (!target.starts_with("/assets/") && !target.starts_with("./") && !target.starts_with("assets/"))
        continue;
      ++found;
      EXPECT_TRUE(std::ranges::any_of(page_files(), [&](const PageFile& f) { return f.name == name; }))
          << file.name << " asks for " << target;
    }
  }
  EXPECT_GT(found, 2u);
}

}  // namespace
}  // namespace giemsa::testing
