#include "giemsa/formats/untrusted_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error_matchers.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

std::string nested(int levels) { return std::string(levels, '[') + std::string(levels, ']'); }

std::string object_of(int names) {
  std::string text = "{";
  for (int i = 0; i < names; ++i) text += fmt::format("{}\"{}\": {}", i ? "," : "", i, i);
  return text + "}";
}

TEST(UntrustedJson, ReadsWhatIsSmall) {
  EXPECT_EQ(parse_untrusted_json(R"({"b": [1, {"c": "x"}], "a": 2.5})", "file").dump(),
            R"({"b":[1,{"c":"x"}],"a":2.5})");
  EXPECT_EQ(parse_untrusted_json(nested(kMostJsonLevels), "file").dump(), nested(kMostJsonLevels));
  EXPECT_EQ(parse_untrusted_json(object_of(kMostJsonNames), "file").size(), std::size_t{kMostJsonNames});
}

TEST(UntrustedJson, DiscardsWhatIsNotJson) {
  for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "nul", "\"\xff\"", "1 2"})
    EXPECT_TRUE(parse_untrusted_json(text, "file").is_discarded()) << text;
}

// A model.json of 12 MB took minutes (one object of a million names), or 1.2 GB (nested fifteen million
// times).
TEST(UntrustedJson, RefusesWhatTakesLong) {
  for (const std::string& text :
       {nested(kMostJsonLevels + 2), std::string(15 << 20, '['), object_of(kMostJsonNames + 1),
        object_of(1'000'000), fmt::format("[{},{}]", object_of(kMostJsonNames), object_of(1))}) {
    EXPECT_THAT(error_of(ErrorKind::Model, [&] { parse_untrusted_json(text, "file"); }),
                HasSubstr("file has more than 10000 names, or more than 16 levels"));
  }
}

}  // namespace
}  // namespace giemsa::testing
