#include "giemsa/page/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "giemsa/page/parts.h"

namespace giemsa {
namespace {

TEST(PageTable, IsWrittenForPagesAndForMarkdown) {
  const page::Table table{.heads = {"Class", "Share", "Says"},
                          .rows = {{"a<b>", page::with_below("98.68", "97–99"), "one|two"}, {"b", "–", ""}},
                          .foot = {{"all", "1", ""}},
                          .words = {2}};
  EXPECT_EQ(table.html("narrow"),
            "<div class=\"scroll\"><table class=\"narrow\">\n"
            "<thead><tr><th scope=\"col\">Class</th><th scope=\"col\">Share</th>"
            "<th scope=\"col\" class=\"words\">Says</th></tr></thead>\n"
            "<tbody>\n"
            "<tr><th scope=\"row\">a&lt;b&gt;</th><td>98.68<small>97–99</small></td>"
            "<td class=\"words\">one|two</td></tr>\n"
            "<tr><th scope=\"row\">b</th><td>–</td><td class=\"words\"></td></tr>\n"
            "</tbody>\n"
            "<tfoot>\n<tr><th scope=\"row\">all</th><td>1</td><td class=\"words\"></td></tr>\n</tfoot>\n"
            "</table></div>\n");
  EXPECT_EQ(table.markdown(),
            "| Class | Share | Says |\n"
            "| :--- | ---: | :--- |\n"
            "| a\\<b\\> | 98.68 (97–99) | one\\|two |\n"
            "| b | – |  |\n"
            "| **all** | **1** |  |\n");
}

TEST(PageTable, DrawsBarsAndShadesInPagesOnly) {
  const page::Table table{
      .heads = {"a", "b"}, .rows = {{"x", "1"}}, .foot = {{"y", "2"}}, .bars = {0.5}, .shades = {{0, 0.25}}};
  EXPECT_THAT(table.html(),
              ::testing::HasSubstr("<td class=\"shaded\" style=\"--shade:0.250\">1</td>"
                                   "<td class=\"bar\"><i style=\"width:50.0%\"></i></td></tr>\n"));
  EXPECT_THAT(table.html(), ::testing::HasSubstr("<td>2</td><td class=\"bar\"></td></tr>\n</tfoot>"));
  EXPECT_EQ(table.markdown(), "| a | b |\n| :--- | ---: |\n| x | 1 |\n| **y** | **2** |\n");
}

TEST(PageTable, IsNothingWithoutRows) {
  EXPECT_EQ((page::Table{.heads = {"a"}, .rows = {}}.html()), "");
  EXPECT_EQ((page::Table{.heads = {"a"}, .rows = {}}.markdown()), "");
}

TEST(PageTexts, AreEscapedButForWhatIsStrong) {
  const std::string text = "1 < 2, " + page::strong("a<b>*_\n\x01") + " & more";
  EXPECT_EQ(page::as_html(text), "1 &lt; 2, <b>a&lt;b&gt;*_\\x0a\\x01</b> &amp; more");
  EXPECT_EQ(page::as_markdown(text), "1 \\< 2, **a\\<b\\>\\*\\_\\\\x0a\\\\x01** \\& more");
  EXPECT_EQ(page::as_markdown("[x](y) `z` #1 |~$\\"), "\\[x\\](y) \\`z\\` \\#1 \\|\\~\\$\\\\");
}

TEST(PageTexts, WriteNumbers) {
  EXPECT_EQ(page::number(0.123456), "0.1235");
  EXPECT_EQ(page::number(2, 1), "2.0");
  EXPECT_EQ(page::number(NAN), "–");
  EXPECT_EQ(page::number(INFINITY), "–");
  EXPECT_EQ(page::short_name("a name that is rather long"), "a name that is rathe…");
}

}  // namespace
}  // namespace giemsa
