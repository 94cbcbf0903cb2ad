#include "giemsa/page/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/page/epoch_chart.h"

namespace giemsa {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

#define NEEDS_GNUPLOT                                         \
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0) \
    GTEST_SKIP() << "needs the program gnuplot (Debian: gnuplot-nox)";

page::Chart chart_of(std::vector<page::Series> series) {
  return {.name = "some",
          .caption = "Some lines",
          .label = "",
          .x = {.label = "epoch"},
          .y = {.label = "loss"},
          .series = std::move(series)};
}

TEST(Chart, MakesColumnsWhereTheXAgree) {
  const page::Figure figure =
      page::chart_figure(chart_of({{.title = "short", .x = {1, 2}, .y = {0.5, page::kNone}},
                                   {.title = "a,b", .x = {1, 2, 3}, .y = {1, 2, 3}},
                                   {.title = "empty", .x = {1}, .y = {page::kNone}}}));
  EXPECT_EQ(figure.data_name, "some.csv");
  EXPECT_EQ(figure.data, "epoch,short,\"a,b\"\n1,0.5,1\n2,nan,2\n3,nan,3\n");
  EXPECT_THAT(figure.script, HasSubstr("\"some.csv\" skip 1 using 1:2 title 'short'"));
  EXPECT_THAT(figure.script, HasSubstr("\"some.csv\" skip 1 using 1:3 title 'a,b'"));
  EXPECT_THAT(figure.script, Not(HasSubstr("empty")));
}

TEST(Chart, MakesBlocksWhereTheXDiffer) {
  const page::Figure figure = page::chart_figure(
      chart_of({{.title = "a", .x = {1, 2}, .y = {3, 4}},
                {.title = "b", .x = {5}, .y = {6}, .look = page::Look::Ranges, .low = {4}, .high = {7}}}));
  EXPECT_EQ(figure.data, "series,x,y,low,high\na,1,3\na,2,4\n\n\nb,5,6,4,7\n");
  EXPECT_THAT(figure.script, HasSubstr("index 0 using 2:3 "));
  EXPECT_THAT(figure.script, HasSubstr("index 1 using 2:3:4:5 title 'b' with yerrorbars"));
}

TEST(Chart, PutsTheKeyWhereThereIsRoom) {
  std::vector<page::Series> series(4, {.title = "t", .x = {1}, .y = {1}});
  EXPECT_THAT(page::chart_figure(chart_of(series)).script, HasSubstr("set key outside right"));
  series.pop_back();
  EXPECT_THAT(page::chart_figure(chart_of(series)).script, HasSubstr("set key above right"));
  page::Chart inside = chart_of(series);
  inside.key = page::KeyPlace::BottomLeft;
  EXPECT_THAT(page::chart_figure(inside).script, HasSubstr("set key inside left bottom"));
  for (page::Series& s : series) s.in_key = false;
  EXPECT_THAT(page::chart_figure(chart_of(series)).script, HasSubstr("unset key"));
}

TEST(Chart, SetsItsAxes) {
  page::Chart chart = chart_of({{.title = "t", .x = {1, 3}, .y = {1, 2}}});
  chart.x = {.label = "it's", .low = 0.5, .high = 3.5, .whole = true};
  chart.y = {.label = "", .log = true, .ticks = {{1, "one"}, {2, "t\"wo`"}}};
  chart.marks = {{.x = 2}, {.x = 2.5, .ink = page::kViolet, .dashes = 2, .width = 1, .title = "here"}};
  const std::string script = page::chart_figure(chart).script;
  for (const char* part :
       {"set xtics nomirror 1\n", "set xlabel 'it''s'", "set xrange [0.5:3.5]", "set logscale y",
        "set ytics nomirror noenhanced ('one' 1, 't\"wo`' 2)", "set yrange [*:*]",
        "set arrow from 2,graph 0 to 2,graph 1 nohead lc rgb \"#6a6078\" lw 1.5 dt 3",
        "NaN title 'here' with lines lw 1 dt 2 lc rgb \"#5b3fa0\""}) {
    EXPECT_THAT(script, HasSubstr(part));
  }
}

TEST(Chart, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW(page::chart_figure(chart_of({})), Error);
  EXPECT_THROW(page::chart_figure(chart_of({{.title = "t", .x = {1}, .y = {page::kNone}}})), Error);
  EXPECT_THROW(page::chart_figure(chart_of({{.title = "t", .x = {1, 2}, .y = {1}}})), Error);
  EXPECT_THROW(page::chart_figure(chart_of({{.title = "t", .x = {1}, .y = {1}, .look = page::Look::Ranges}})),
               Error);
  const TemporaryFolder folder;
  EXPECT_EQ(page::draw(folder.path(), chart_of({{.title = "t", .x = {1}, .y = {page::kNone}}})), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Chart, IsDrawnInEveryLook) {
  NEEDS_GNUPLOT
  using page::Look;
  const TemporaryFolder folder;
  std::vector<page::Series> series;
  for (const Look look : {Look::Boxes, Look::Line, Look::LinePoints, Look::Points, Look::OpenPoints,
                          Look::Steps, Look::StepsBack, Look::Ranges}) {
    const double y = static_cast<double>(series.size());
    series.push_back({.title = std::to_string(series.size()),
                      .x = {y, y + 1},
                      .y = {y, y + 2},
                      .look = look,
                      .ink = page::kInks[series.size()],
                      .low = {0, 0},
                      .high = {9, 9}});
  }
  const std::string html = page::draw(folder.path(), chart_of(series));
  EXPECT_THAT(
      html,
      StartsWith(
          "<figure>\n<figcaption>Some lines</figcaption>\n<svg role=\"img\" aria-label=\"Some lines\""));
  for (const page::Ink& ink : page::kInks) EXPECT_THAT(html, HasSubstr(ink.variable));
  EXPECT_THAT(html, Not(HasSubstr("rgb(")));
}

TEST(Chart, KeepsScriptDataAndBothDrawings) {
  NEEDS_GNUPLOT
  const TemporaryFolder folder;
  page::draw(folder.path(), chart_of({{.title = "t", .x = {1, 2}, .y = {1, 2}}}));
  EXPECT_EQ(read_text(folder.path() / "some.csv"), "epoch,t\n1,1\n2,2\n");
  EXPECT_THAT(read_text(folder.path() / "some.png"), StartsWith("\x89PNG"));
  const std::string svg = read_text(folder.path() / "some.svg");
  std::filesystem::remove(folder.path() / "some.svg");
  ASSERT_EQ(std::system(("cd '" + folder.path().string() + "' && gnuplot -d some.gp").c_str()), 0);
  EXPECT_EQ(read_text(folder.path() / "some.svg"), svg);
}

TEST(Chart, TakesNamesFromOutsideAsText) {
  NEEDS_GNUPLOT
  const TemporaryFolder folder;
  const std::string trap = (folder.path() / "trap").string();
  const std::string html =
      page::draw(folder.path(), chart_of({{.title = "<b>'`touch " + trap + "`\"", .x = {1, 2}, .y = {1, 2}},
                                          {.title = "_a^2 \\n\n{x} @ %g", .x = {1, 2}, .y = {1, 2}}}));
  EXPECT_FALSE(std::filesystem::exists(trap));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
  EXPECT_THAT(html, HasSubstr("&lt;b>'`touch"));
  EXPECT_THAT(html, HasSubstr("_a^2 \\n\\x0a{x} @ %g"));
}

TEST(EpochChart, MarksStagesAndTheKeptEpoch) {
  const page::Chart chart = page::epoch_chart(
      "loss", "Loss", {page::epoch_series("val", page::kViolet, {3, 2, 1})}, {.begins = {2}, .kept = 3});
  EXPECT_EQ(chart.label, "Loss over the epochs");
  EXPECT_EQ(chart.x.low, 0.5);
  EXPECT_EQ(chart.x.high, 3.5);
  EXPECT_THAT(chart.series.at(0).x, ElementsAre(1, 2, 3));
  ASSERT_EQ(chart.marks.size(), 2u);
  EXPECT_EQ(chart.marks[0].x, 1.5);
  EXPECT_EQ(chart.marks[1].x, 3);
  EXPECT_THAT(page::epoch_chart("loss", "Loss", {}).marks, IsEmpty());
}

TEST(EpochChart, WantsALogarithmOnlyOfWideRanges) {
  struct Case {
    std::vector<double> values;
    bool wanted;
  };
  for (const Case& c :
       {Case{{1, 21}, true}, Case{{1, 20}, false}, Case{{0, 100}, false}, Case{{-1, 100}, false},
        Case{{page::kNone}, false}, Case{{page::kNone, 1e-6, 1e-3}, true}}) {
    EXPECT_EQ(page::wants_log(page::epoch_chart("", "", {page::epoch_series("", page::kText, c.values)})),
              c.wanted);
  }
}

TEST(Thinned, KeepsBothEnds) {
  EXPECT_THAT(page::thinned(0, 3), IsEmpty());
  EXPECT_THAT(page::thinned(2, 3), ElementsAre(0, 1));
  EXPECT_THAT(page::thinned(3, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(page::thinned(101, 3), ElementsAre(0, 50, 100));
  EXPECT_THAT(page::thinned(5, 1), ElementsAre(0));
  EXPECT_THAT(page::thinned(5, 0), IsEmpty());
}

}  // namespace
}  // namespace giemsa
