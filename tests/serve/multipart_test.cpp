#include "giemsa/serve/multipart.h"

#include "core/error_matchers.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::HasSubstr;

constexpr const char* kType = "multipart/form-data; boundary=xyz";

TEST(IsForm, ByItsTypeAlone) {
  EXPECT_TRUE(is_form(kType));
  EXPECT_TRUE(is_form("Multipart/Form-Data ; boundary=a"));
  EXPECT_FALSE(is_form("multipart/mixed; boundary=a"));
  EXPECT_FALSE(is_form("image/png; note=multipart/form-data"));
  EXPECT_FALSE(is_form(""));
}

TEST(Form, HasItsPartsInTheirOrder) {  // as curl 7.88 and Chromium 120 send it
  const std::string body =
      "--xyz\r\nContent-Disposition: form-data; name=\"z\"; filename=\"b.jpg\"\r\nContent-Type: "
      "image/jpeg\r\n\r\n"
      "first\r\n--not it\r\n\r\n--xyz\r\ncontent-disposition:form-data; filename=plain.png; name=a\r\n\r\n"
      "\r\n--xyz\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\nsecond\r\n--xyz--\r\nepilogue";
  EXPECT_THAT(parse_form(body, kType, 3),
              ElementsAre(FieldsAre("z", "b.jpg", "first\r\n--not it\r\n"), FieldsAre("a", "plain.png", ""),
                          FieldsAre("c", "", "second")));
}

TEST(Form, TakesPreambleQuotedBoundariesAndSpace) {
  EXPECT_THAT(
      parse_form("preamble\r\n--a b  \r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n--a b--",
                 "multipart/form-data; charset=x; BOUNDARY=\"a b\"", 1),
      ElementsAre(FieldsAre("n", "", "x")));
  EXPECT_TRUE(parse_form("--xyz--", kType, 1).empty());
}

TEST(Form, ReadsNamesAsBrowsersWriteThem) {
  const auto name_in = [](const std::string& parameters) {
    return parse_form(
               "--xyz\r\nContent-Disposition: form-data; name=n; " + parameters + "\r\n\r\n\r\n--xyz--",
               kType, 1)
        .front()
        .filename;
  };
  EXPECT_EQ(name_in(R"(filename="a \"quote\" here.png")"), R"(a "quote" here.png)");
  EXPECT_EQ(name_in(R"(filename="C:\folder\a.png")"), R"(C:\folder\a.png)");
  EXPECT_EQ(name_in(R"(filename="semi;colon=.png")"), "semi;colon=.png");
  EXPECT_EQ(name_in(R"(filename="a%22b.png")"), "a%22b.png");
  EXPECT_EQ(name_in("filename=\"\xC3\xA4.png\""), "\xC3\xA4.png");
  EXPECT_EQ(name_in(R"(other="filename=x")"), "");
}

TEST(Form, RefusesWhatIsNone) {
  const std::string part = "--xyz\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n";
  const struct {
    std::string body, type, says;
  } cases[] = {
      {part + "--xyz--", "multipart/form-data", "boundary"},
      {part + "--xyz--", "multipart/form-data; boundary=", "boundary"},
      {part + "--xyz--", "multipart/form-data; boundary=\"xyz", "boundary"},
      {part + "--xyz--", "multipart/form-data; boundary=" + std::string(71, 'x'), "boundary"},
      {"", kType, "does not end"},
      {"anything", kType, "does not end"},
      {part, kType, "does not end"},
      {part + "--xyz", kType, "behind a boundary"},
      {part + "--xyzw\r\n", kType, "behind a boundary"},
      {"--xyz\r\n\r\nx\r\n--xyz--", kType, "no end of its headers"},
      {"--xyz\r\nContent-Type: image/png\r\n\r\nx\r\n--xyz--", kType, "no name"},
      {"--xyz\r\nContent-Disposition: attachment; name=n\r\n\r\nx\r\n--xyz--", kType, "no name"},
      {"--xyz\r\nContent-Disposition: form-data; name=\"n\r\n\r\nx\r\n--xyz--", kType, "no name"},
      {"--xyz\r\nContent-Disposition: form-data; name=n\r\nx\r\n--xyz--", kType, "no end of its headers"},
      {"--xyz\r\nA: " + std::string(9000, 'a') + "\r\n\r\nx\r\n--xyz--", kType, "over 8 KiB"},
      {part + part + part + "--xyz--", kType, "more than 2 parts"},
  };
  for (const auto& [body, type, says] : cases) {
    SCOPED_TRACE(body.substr(0, 100));
    EXPECT_THAT(error_of(ErrorKind::Data, [&, &b = body, &t = type] { parse_form(b, t, 2); }),
                HasSubstr(says));
  }
}

}  // namespace
}  // namespace giemsa::testing
