#include "giemsa/serve/authorisation.h"

#include "core/error_matchers.h"
#include "giemsa/core/text.h"
#include "giemsa/serve/options.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

std::string basic(const std::string& credentials) {
  return "Basic " + base64({reinterpret_cast<const unsigned char*>(credentials.data()), credentials.size()});
}

TEST(Authorisation, ComparesTheToken) {
  const Authorisation authorisation("correct-horse");
  for (const std::string& right : {std::string("Bearer correct-horse"), std::string("bearer  correct-horse"),
                                   basic("anyone:correct-horse"), basic(":correct-horse")}) {
    EXPECT_TRUE(authorisation.allows(right)) << right;
  }
  for (const std::string& wrong :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Bearer correct-hors"),
        std::string("Bearer correct-horses"), std::string("Bearer Correct-Horse"),
        std::string("correct-horse"), std::string("Token correct-horse"), basic("correct-horse"),
        basic("correct-horse:"), basic("a:b:correct-horse"), std::string("Basic correct-horse"),
        std::string("Basic ===="), std::string("Basic "), "Bearer " + std::string(5000, 'a')}) {
    EXPECT_FALSE(authorisation.allows(wrong)) << wrong;
  }
}

TEST(Authorisation, KeepsColonsOfAPassword) {
  EXPECT_TRUE(Authorisation("with:colons").allows(basic("me:with:colons")));
}

TEST(Authorisation, LetsEverybodyInWithoutAToken) {
  EXPECT_TRUE(Authorisation(std::nullopt).allows(""));
  EXPECT_TRUE(Authorisation(std::nullopt).allows("Bearer x"));
}

TEST(Token, IsATextWithoutSpace) {
  EXPECT_EQ(checked_token("  0123456789abcdef\r\n", "file"), "0123456789abcdef");
  for (const std::string& bad : {std::string(), std::string("short"), std::string("two words of it"),
                                 std::string("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"), std::string(1025, 'a')}) {
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { checked_token(bad, "here"); }), HasSubstr("here"));
  }
}

TEST(ServeOptions, AreWithinBounds) {
  EXPECT_NO_THROW(check(ServeOptions{}));
  const auto refused = [](auto change) {
    ServeOptions options;
    change(options);
    return error_of(ErrorKind::Usage, [&] { check(options); });
  };
  EXPECT_THAT(refused([](auto& o) { o.port = 65536; }), HasSubstr("--port"));
  EXPECT_THAT(refused([](auto& o) { o.threads = -1; }), HasSubstr("--threads"));
  EXPECT_THAT(refused([](auto& o) { o.max_body_bytes = 5; }), HasSubstr("--max-body"));
  EXPECT_THAT(refused([](auto& o) { o.max_pixels = 1ull << 40; }), HasSubstr("--max-pixels"));
  EXPECT_THAT(refused([](auto& o) { o.max_pictures = 0; }), HasSubstr("--max-pictures"));
  EXPECT_THAT(refused([](auto& o) { o.timeout_s = 0; }), HasSubstr("--timeout"));
  EXPECT_THAT(refused([](auto& o) { o.queue = 100; }), HasSubstr("--queue 292, or --max-pictures 88"));
  EXPECT_THAT(refused([](auto& o) { o.key_file = "key.pem"; }), HasSubstr("--tls-cert"));
}

}  // namespace
}  // namespace giemsa::testing
