#include "giemsa/eval/report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "eval/report_example.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using testing::found;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::lacking;
using testing::occurrences;
using testing::report_example;
using testing::written;
namespace fs = std::filesystem;

/// Runs with PATH set to something else.
class PathGuard {
 public:
  explicit PathGuard(const std::string& path) {
    if (const char* old = std::getenv("PATH")) old_ = old;
    setenv("PATH", path.c_str(), 1);
  }
  ~PathGuard() { setenv("PATH", old_.c_str(), 1); }

 private:
  std::string old_;
};

TEST(Report, ShowsTheFigures) {
  NEEDS_GNUPLOT
  const std::string html = written(report_example());
  EXPECT_THAT(lacking(html,
                      {
                          "Of 60 pictures of the test part, the model named <b>48</b> rightly",
                          "an accuracy of <b>80.00\u00a0%</b>",
                          "<td>2,000</td><td>200</td><td>20</td><td>2,220</td>",  // mono, all parts
                          "<td>6,000</td><td>600</td><td>60</td><td>6,660</td>",  // the sums
                          "<span>16</span><small>80\u00a0%</small>",
                          "<span>4</span><small>20\u00a0%</small>",        // confusion
                          "4 of 20 mono named neutro",                     //
                          "<b>mono</b> named <b>neutro</b> (4 pictures)",  //
                          "<td>80.00</td><td>80.00</td><td>80.00</td>",    // each class
                          "macro average",
                          "weighted average",                               //
                          "<b>head</b> epochs 1–2, <b>all</b> epochs 3–4",  // training
                          "marks epoch 3, whose weights are the model",
                      }),
              IsEmpty());
  EXPECT_EQ(occurrences(html, "<svg "), 6u);  // training 2, ROC, precision and recall, reliability, risk
}

TEST(Report, StandsAloneAndRunsNothing) {
  NEEDS_GNUPLOT
  const std::string html = written(report_example());
  EXPECT_THAT(found(html, {"<script", "<link", "http-equiv=\"refresh\"", " src=\"http", " href=\"http",
                           "url(", "@import", "<cells>", "# <&>", "lost <i>", "baso<b>"}),
              IsEmpty());
  EXPECT_THAT(lacking(html, {"default-src 'none'", "A &lt;script&gt;", "baso&lt;b&gt;", "blood &lt;cells&gt;",
                             "seed = 7 # &lt;&amp;&gt;", "lost &lt;i&gt;"}),
              IsEmpty());
}

TEST(Report, SuitsEveryScreenAndPaper) {
  NEEDS_GNUPLOT
  const std::string html = written(report_example());
  EXPECT_THAT(
      lacking(html, {"prefers-color-scheme: dark", "width=device-width", "@media print", "(max-width:"}),
      IsEmpty());
  // The figures follow the page's colours, and the ids of one do not meet those of the other.
  EXPECT_THAT(
      lacking(html, {"var(--eosin-ink)", "var(--violet-ink)", "id='loss-gpPt6'", "id='accuracy-gpPt6'"}),
      IsEmpty());
  EXPECT_THAT(found(html, {"<?xml", "id='gpPt6'", "rgb(214"}), IsEmpty());
}

TEST(Report, ShowsMistakesSurestFirstWithPlaceholders) {
  NEEDS_GNUPLOT
  const std::string html = written(report_example());
  EXPECT_EQ(occurrences(html, "<img src=\"data:image/jpeg;base64,"), 30u);  // of 12 wrong and 20 unsure ones
  EXPECT_EQ(occurrences(html, "class=\"missing\""), 2u);                    // one throws, one is empty
  EXPECT_LT(html.find(">cell-55<"), html.find(">cell-50<"));
  EXPECT_LT(html.find(">cell-50<"), html.find(">cell-0<"));
  EXPECT_EQ(occurrences(html, "All 12 wrong answers"), 1u);
  // cell-1 is the least sure of those that are right, and shown once.
  EXPECT_LT(html.find(">cell-0<"), html.find(">cell-1<"));
  EXPECT_LT(html.find(">cell-1<"), html.find(">cell-2<"));
  EXPECT_EQ(occurrences(html, ">cell-1<"), 1u);
}

TEST(Report, ShowsFortyMistakesAtMost) {
  NEEDS_GNUPLOT
  ReportInput input = report_example();
  input.epochs.clear();
  for (int& label : input.predictions.labels) label = (label + 1) % 3;
  input.evaluation = evaluate(input.predictions);
  const std::string html = written(input);
  EXPECT_EQ(occurrences(html, "<li>"), 60u);  // and the 20 others are the least certain
  EXPECT_EQ(occurrences(html, "40 of 48 wrong answers"), 1u);
}

TEST(Report, KeepsTheFiguresToDrawAgain) {
  NEEDS_GNUPLOT
  const TemporaryFolder folder;
  write_report(folder.path(), report_example());
  EXPECT_EQ(read_text(folder.path() / "figures/loss.csv"),
            "epoch,training,validation\n1,1,0.8\n2,0.5,0.4\n3,0.3333333333333333,0.26666666666666666\n4,0.25,"
            "0.2\n");
  for (const char* name : {"loss", "accuracy", "roc", "precision_recall", "reliability", "risk_coverage"}) {
    for (const char* ending : {".gp", ".csv", ".svg", ".png"})
      EXPECT_TRUE(fs::exists(folder.path() / "figures" / fmt::format("{}{}", name, ending)))
          << name << ending;
  }
}

TEST(Report, IsWrittenAsMarkdownToo) {
  NEEDS_GNUPLOT
  const std::string text = written(report_example(), "report.md");
  EXPECT_THAT(
      lacking(text, {"# A \\<script\\>alert(1)\\</script\\> \\& more\n",
                     "the model named **48** rightly: an accuracy of **80.00\u00a0%**",
                     "| mono | 2,000 | 200 | 20 | 2,220 |\n", "| mono | 0 | 16 | 4 | 20 |\n",
                     "| mono | 0.00 | 80.00 | 20.00 | 20 |\n", "![Loss (lower is better)](figures/loss.svg)",
                     "![Precision against recall](figures/precision_recall.svg)", "| **macro average** | **",
                     "| cell-55 | mono | neutro |", "- **Task**: blood \\<cells\\>\n",
                     "For research, not a medical device."}),
      IsEmpty());
  EXPECT_THAT(found(text, {"<b>", " nan", "-nan", " inf"}), IsEmpty());
}

TEST(Report, DrawsRunsOfEveryKind) {
  NEEDS_GNUPLOT
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  struct Case {
    const char* name;
    std::vector<EpochRecord> epochs;
    std::size_t figures;
  };
  const auto epoch = [](std::int64_t number, double loss, double accuracy) {
    EpochRecord record;
    record.epoch = number;
    record.train_loss = record.val_loss = loss;
    record.val_accuracy = accuracy;
    return record;
  };
  for (const Case& c : {
           Case{"one epoch", {epoch(1, 1, 0.5)}, 6},
           Case{"flat", {epoch(1, 1, 0.5), epoch(2, 1, 0.5)}, 6},
           Case{"diverged", {epoch(1, 1, 0.5), epoch(2, nan, 0.1), epoch(3, inf, 0.1)}, 6},
           Case{"no loss at all", {epoch(1, nan, 0.5), epoch(2, nan, 0.6)}, 5},
           Case{"huge loss", {epoch(1, 1e30, 0.5), epoch(2, 1e-30, 0.6)}, 6},
       }) {
    ReportInput input = report_example();
    input.epochs = c.epochs;
    EXPECT_EQ(occurrences(written(input), "<svg "), c.figures) << c.name;
  }
}

TEST(Report, LeavesOutWhatIsNotGiven) {
  NEEDS_GNUPLOT
  ReportInput input;
  input.title = "All right";
  input.predictions = {
      .classes = {"a", "b"}, .ids = {"1"}, .paths = {"1"}, .labels = {0}, .probabilities = {1, 0}};
  input.evaluation = evaluate(input.predictions);
  const std::string html = written(input);
  EXPECT_THAT(lacking(html, {"Of 1 picture, the model named <b>1</b> rightly", "<dd>–</dd>",
                             "No picture was named wrongly."}),
              IsEmpty());
  EXPECT_THAT(found(html, {"<section id=\"data", "<section id=\"training", "Worst mistakes",
                           "<section id=\"card", "href=\"#data", "href=\"#training",
                           "<section id=\"robustness", "href=\"#card", "The hardest class"}),
              IsEmpty());
}

TEST(Report, SaysHowToGetGnuplot) {
  const TemporaryFolder folder;
  const PathGuard no_programs("/nonexistent");
  try {
    write_report(folder.path(), report_example());
    FAIL() << "a report without figures was written";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Io);
    EXPECT_THAT(error.message(), HasSubstr("gnuplot"));
    EXPECT_THAT(error.hint(), HasSubstr("gnuplot-nox"));
  }
  EXPECT_FALSE(fs::exists(folder.path() / "report.html"));
}

TEST(Report, PassesOnWhatAFailingGnuplotSays) {
  const TemporaryFolder folder;
  write_atomic(folder.path() / "gnuplot", "#!/bin/sh\necho 'no svg terminal here' >&2\nexit 3\n");
  fs::permissions(folder.path() / "gnuplot", fs::perms::owner_all);
  const PathGuard only_this(folder.path().string());
  try {
    write_report(folder.path() / "report", report_example());
    FAIL() << "a report without figures was written";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Io);
    EXPECT_THAT(error.message(), AllOf(HasSubstr("loss.gp"), HasSubstr("no svg terminal here")));
  }
}

TEST(Report, RefusesPartsThatDoNotFit) {
  for (void (*spoil)(ReportInput&) : {
           +[](ReportInput& input) { input.counts.pop_back(); },
           +[](ReportInput& input) { input.evaluation.classes.pop_back(); },
           +[](ReportInput& input) { input.evaluation.confusion[1].pop_back(); },
           +[](ReportInput& input) { input.predictions.labels.pop_back(); },
       }) {
    ReportInput input = report_example();
    spoil(input);
    EXPECT_THROW(written(input), Error);
  }
}

}  // namespace
}  // namespace giemsa
