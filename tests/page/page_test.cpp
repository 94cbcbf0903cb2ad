#include "giemsa/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "giemsa/page/parts.h"
#include "giemsa/page/picture.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Page, EscapesPlainTextAndKeepsHtml) {
  const std::string html = page::render({.kind = "a <kind>",
                                         .title = "x & <y>",
                                         .summary = "<b>all</b>",
                                         .tiles = {{"<n>", "<v>", "<m>"}},
                                         .sections = {{"one", "1 < 2", "<p>body</p>"}},
                                         .style = ".own { color: red }",
                                         .footer = "<end>"});
  for (const char* part : {"a &lt;kind&gt;", "<title>x &amp; &lt;y&gt;</title>", "<b>all</b>", "&lt;n&gt;",
                           "&lt;v&gt;", "&lt;m&gt;", "<a href=\"#one\">1 &lt; 2</a>",
                           "<section id=\"one\">\n<h2>1 &lt; 2</h2>\n<p>body</p></section>",
                           ".own { color: red }", "&lt;end&gt;", "default-src 'none'"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
}

TEST(Page, LeavesOutEmptySections) {
  const std::string html = page::render({.kind = "",
                                         .title = "",
                                         .summary = "",
                                         .tiles = {},
                                         .sections = {{"gone", "Gone", ""}, {"here", "Here", "<p>x</p>"}},
                                         .style = "",
                                         .footer = ""});
  EXPECT_THAT(html, Not(HasSubstr("gone")));
  EXPECT_THAT(html, HasSubstr("href=\"#here\""));
}

TEST(PageParts, WritesNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(page::per_cent(0.98765), "98.77\u00a0%");
  EXPECT_EQ(page::per_cent(nan), "–");
  EXPECT_EQ(page::per_cent_digits(1), "100.00");
  EXPECT_EQ(page::counted(1, "picture", "pictures"), "1 picture");
  EXPECT_EQ(page::counted(1364, "picture", "pictures"), "1,364 pictures");
}

TEST(PageParts, MakesTextFromOutsideHarmless) {
  EXPECT_EQ(page::outside("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(page::outside("two\nlines"), "two\\x0alines");
  EXPECT_EQ(page::outside("\xff.jpg"), "\\xff.jpg");
  EXPECT_EQ(page::outside(std::string(400, 'x')), std::string(300, 'x') + "…");
  EXPECT_EQ(page::pairs({}), "");
  EXPECT_EQ(page::pairs({{"a", "<b>"}}),
            "<dl class=\"pairs\">\n<div><dt>a</dt><dd>&lt;b&gt;</dd></div>\n</dl>\n");
  EXPECT_THAT(page::pairs({{"a\x02", "\x1b[0m"}}), HasSubstr("<dt>a\\x02</dt><dd>\\x1b[0m</dd>"));
}

TEST(PagePicture, CarriesItsPixelsOrSaysWhyNot) {
  EXPECT_THAT(page::embedded_picture([] { return Image(4, 4); }, "<cell>", 80),
              StartsWith("<img src=\"data:image/jpeg;base64,/9j/"));
  EXPECT_THAT(page::embedded_picture([] { return Image(4, 4); }, "<cell>", 80),
              HasSubstr("alt=\"&lt;cell&gt;\""));
  EXPECT_THAT(page::embedded_picture([] { return Image(); }, "cell", 80), HasSubstr("title=\"no picture\""));
  const auto fails = []() -> Image { throw std::runtime_error("lost <\xff>"); };
  EXPECT_THAT(page::embedded_picture(fails, "cell", 80), HasSubstr("title=\"lost &lt;\\xff&gt;\""));
}

TEST(PagePicture, ShrinksToTheLongerSide) {
  struct Case {
    int width, height, longest, to_width, to_height;
  };
  for (const Case& c : {
           Case{216, 216, 128, 128, 128},
           Case{300, 100, 150, 150, 50},
           Case{100, 300, 150, 50, 150},
           Case{1000, 1, 100, 100, 1},
           Case{64, 32, 128, 64, 32},
           Case{128, 5, 128, 128, 5},
       }) {
    const Image small = page::shrunk(Image(c.width, c.height), c.longest);
    EXPECT_EQ(small.width(), c.to_width) << c.width << " × " << c.height;
    EXPECT_EQ(small.height(), c.to_height) << c.width << " × " << c.height;
  }
}

TEST(PagePicture, ShrinksByTheMeanOfAnArea) {
  Image image(4, 2);  // two black columns, two of 200 and 100
  for (int y = 0; y < 2; ++y) {
    for (int c = 0; c < 3; ++c) {
      image.row(y)[6 + c] = 200;
      image.row(y)[9 + c] = 100;
    }
  }
  EXPECT_EQ(page::shrunk(image, 2).bytes(), (std::vector<std::uint8_t>{0, 0, 0, 150, 150, 150}));
}

}  // namespace
}  // namespace giemsa
