#include "giemsa/eval/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"

namespace giemsa {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

/// Three classes, 60 pictures, every fifth wrong; names that would be markup if they were not escaped.
ReportInput example() {
  ReportInput input;
  input.title = "A <script>alert(1)</script> & more";
  input.part = "test";
  Predictions& p = input.predictions;
  p.classes = {"baso<b>", "mono", "neutro"};
  for (int i = 0; i < 60; ++i) {
    p.ids.push_back("cell-" + std::to_string(i));
    p.paths.push_back(p.ids.back());
    p.labels.push_back(i % 3);
    const int named = i % 5 == 0 ? (i + 1) % 3 : i % 3;
    const float sure = 0.5f + 0.008f * static_cast<float>(i);
    for (int k = 0; k < 3; ++k) p.probabilities.push_back(k == named ? sure : (1 - sure) / 2);
  }
  input.evaluation = evaluate(p);
  input.counts = {{1000, 100, 20}, {2000, 200, 20}, {3000, 300, 20}};
  for (int epoch = 1; epoch <= 4; ++epoch) {
    input.epochs.push_back({.epoch = epoch,
                            .stage = epoch < 3 ? "head" : "all",
                            .train_loss = 1.0 / epoch,
                            .train_accuracy = 1 - 0.3 / epoch,
                            .val_loss = 0.8 / epoch,
                            .val_accuracy = 1 - 0.2 / epoch,
                            .best = epoch < 4});
  }
  input.picture = [](std::size_t index) {
    if (index == 55) throw std::runtime_error("lost <i>");
    if (index == 50) return Image();
    Image image(index == 45 ? 500 : 24, 24);
    return image;
  };
  input.card = {{"Task", "blood <cells>"}};
  input.made = {{"Seed", "7"}};
  input.config_toml = "[train]\nseed = 7 # <&>\n";
  return input;
}

std::string page(const ReportInput& input) {
  const TemporaryFolder folder;
  write_report(folder.path(), input);
  return read_text(folder.path() / "report.html");
}

/// Those of `parts` that `text` holds, or lacks: short to print where the page is long.
std::vector<std::string> found(const std::string& text, std::vector<std::string> parts) {
  std::erase_if(parts, [&](const std::string& part) { return text.find(part) == std::string::npos; });
  return parts;
}
std::vector<std::string> lacking(const std::string& text, std::vector<std::string> parts) {
  std::erase_if(parts, [&](const std::string& part) { return text.find(part) != std::string::npos; });
  return parts;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

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

bool gnuplot_is_missing() { return std::system("gnuplot --version > /dev/null 2>&1") != 0; }
#define NEEDS_GNUPLOT \
  if (gnuplot_is_missing()) GTEST_SKIP() << "needs the program gnuplot (Debian: gnuplot-nox)";

TEST(Report, ShowsTheFigures) {
  NEEDS_GNUPLOT
  const std::string html = page(example());
  EXPECT_THAT(lacking(html,
                      {
                          "Of 60 pictures of the test part, the model named <b>48</b> rightly",
                          "an accuracy of <b>80.00\u00a0%</b>",
                          "<td>2,000</td><td>200</td><td>20</td><td>2,220</td>",  // mono, all parts
                          "<td>6,000</td><td>600</td><td>60</td><td>6,660</td>",  // the sums
                          "16<small>80\u00a0%</small>",
                          "4<small>20\u00a0%</small>",                     // confusion
                          "4 of 20 mono named neutro",                     //
                          "<b>mono</b> named <b>neutro</b> (4 pictures)",  //
                          "<td>80.00</td><td>80.00</td><td>80.00</td>",    // each class
                          "macro average",
                          "weighted average",                               //
                          "<b>head</b> epochs 1–2, <b>all</b> epochs 3–4",  // training
                          "marks epoch 3, whose weights are the model",
                      }),
              IsEmpty());
  EXPECT_EQ(occurrences(html, "<svg "), 2u);
}

TEST(Report, StandsAloneAndRunsNothing) {
  NEEDS_GNUPLOT
  const std::string html = page(example());
  EXPECT_THAT(found(html, {"<script", "<link", "http-equiv=\"refresh\"", " src=\"http", " href=\"http",
                           "url(", "@import", "<cells>", "# <&>", "lost <i>", "baso<b>"}),
              IsEmpty());
  EXPECT_THAT(lacking(html, {"default-src 'none'", "A &lt;script&gt;", "baso&lt;b&gt;", "blood &lt;cells&gt;",
                             "seed = 7 # &lt;&amp;&gt;", "lost &lt;i&gt;"}),
              IsEmpty());
}

TEST(Report, SuitsEveryScreenAndPaper) {
  NEEDS_GNUPLOT
  const std::string html = page(example());
  EXPECT_THAT(
      lacking(html, {"prefers-color-scheme: dark", "width=device-width", "@media print", "(max-width:"}),
      IsEmpty());
  // The figures follow the page's colours, and the ids of one do not meet those of the other.
  EXPECT_THAT(lacking(html, {"var(--eosin-ink)", "var(--violet-ink)", "id='loss-gpPt6'", "id='accuracy-gpPt6'"}),
              IsEmpty());
  EXPECT_THAT(found(html, {"<?xml", "id='gpPt6'", "rgb(214"}), IsEmpty());
}

TEST(Report, ShowsMistakesSurestFirstWithPlaceholders) {
  NEEDS_GNUPLOT
  const std::string html = page(example());
  EXPECT_EQ(occurrences(html, "<img src=\"data:image/jpeg;base64,"), 10u);  // of 12: one throws, one is empty
  EXPECT_EQ(occurrences(html, "class=\"missing\""), 2u);
  EXPECT_LT(html.find(">cell-55<"), html.find(">cell-50<"));
  EXPECT_LT(html.find(">cell-50<"), html.find(">cell-0<"));
  EXPECT_EQ(occurrences(html, "All 12 wrong answers"), 1u);
}

TEST(Report, ShowsFortyMistakesAtMost) {
  ReportInput input = example();
  input.epochs.clear();
  for (int& label : input.predictions.labels) label = (label + 1) % 3;
  input.evaluation = evaluate(input.predictions);
  const std::string html = page(input);
  EXPECT_EQ(occurrences(html, "<li>"), 40u);
  EXPECT_EQ(occurrences(html, "40 of 48 wrong answers"), 1u);
}

TEST(Report, KeepsTheFiguresToDrawAgain) {
  NEEDS_GNUPLOT
  const TemporaryFolder folder;
  write_report(folder.path(), example());
  EXPECT_EQ(
      read_text(folder.path() / "figures/curves.csv"),
      "epoch,train_loss,val_loss,train_accuracy,val_accuracy\n"
      "1,1,0.8,0.7,0.8\n2,0.5,0.4,0.85,0.9\n3,0.3333333333333333,0.26666666666666666,0.9,0.9333333333333333\n"
      "4,0.25,0.2,0.925,0.95\n");
  const std::string svg = read_text(folder.path() / "figures/loss.svg");
  fs::remove(folder.path() / "figures/loss.svg");
  ASSERT_EQ(std::system(("cd '" + folder.path().string() + "/figures' && gnuplot -d loss.gp").c_str()), 0);
  EXPECT_EQ(read_text(folder.path() / "figures/loss.svg"), svg);
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
           Case{"one epoch", {epoch(1, 1, 0.5)}, 2},
           Case{"flat", {epoch(1, 1, 0.5), epoch(2, 1, 0.5)}, 2},
           Case{"diverged", {epoch(1, 1, 0.5), epoch(2, nan, 0.1), epoch(3, inf, 0.1)}, 2},
           Case{"no loss at all", {epoch(1, nan, 0.5), epoch(2, nan, 0.6)}, 1},
           Case{"huge loss", {epoch(1, 1e30, 0.5), epoch(2, 1e-30, 0.6)}, 2},
       }) {
    ReportInput input = example();
    input.epochs = c.epochs;
    EXPECT_EQ(occurrences(page(input), "<svg "), c.figures) << c.name;
  }
}

TEST(Report, LeavesOutWhatIsNotGiven) {
  ReportInput input;
  input.title = "All right";
  input.predictions = {
      .classes = {"a", "b"}, .ids = {"1"}, .paths = {"1"}, .labels = {0}, .probabilities = {1, 0}};
  input.evaluation = evaluate(input.predictions);
  const PathGuard no_programs("/nonexistent");  // without epochs gnuplot is not asked for
  const std::string html = page(input);
  EXPECT_THAT(lacking(html, {"Of 1 picture, the model named <b>1</b> rightly", "<dd>–</dd>",
                             "No picture was named wrongly."}),
              IsEmpty());
  EXPECT_THAT(found(html, {"<section id=\"data", "<section id=\"training", "<section id=\"mistakes",
                           "<section id=\"card", "href=\"#data", "href=\"#training", "href=\"#mistakes",
                           "href=\"#card", "The hardest class"}),
              IsEmpty());
}

TEST(Report, SaysHowToGetGnuplot) {
  const TemporaryFolder folder;
  const PathGuard no_programs("/nonexistent");
  try {
    write_report(folder.path(), example());
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
    write_report(folder.path() / "report", example());
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
    ReportInput input = example();
    spoil(input);
    EXPECT_THROW(page(input), Error);
  }
}

}  // namespace
}  // namespace giemsa
