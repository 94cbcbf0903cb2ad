// What a report shows of trust, robustness and other laboratories, where they are given.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/report_example.h"
#include "giemsa/core/error.h"
#include "giemsa/eval/report.h"

namespace giemsa {
namespace {

using testing::found;
using ::testing::IsEmpty;
using testing::lacking;
using testing::occurrences;
using testing::report_example;
using testing::written;

TEST(ReportChapters, ShowIntervalsWhereThereAreAny) {
  NEEDS_GNUPLOT
  ReportInput input = report_example();
  Evaluation& e = input.evaluation;
  e.bootstrap.resamples = 2000;
  e.interval.accuracy = {0.7, 0.9};
  e.interval.log_loss = {0.25, 0.5};
  e.interval.mcc = {-0.125, 0.25};
  e.classes[1].interval.recall = {0.625, 0.95};
  e.classes[2].interval.recall = {0.8, 0.8};  // says nothing
  EXPECT_THAT(lacking(written(input), {"<b>80.00\u00a0%</b> (95\u00a0% interval 70.00–90.00)",
                                       "<dd class=\"meaning\">70.00–90.00, all pictures alike</dd>",
                                       "<td>80.00</td><td>80.00<small>62.50–95.00</small></td>",
                                       "<small>0.2500–0.5000</small>", "<small>-0.1250 to 0.2500</small>",
                                       "by 2,000 resamplings within each class (bootstrap, seed 1)"}),
              IsEmpty());
  EXPECT_THAT(found(written(input), {"80.00–80.00"}), IsEmpty());
}

TEST(ReportChapters, ShowTrust) {
  NEEDS_GNUPLOT
  ReportInput input = report_example();
  TrustSummary& trust = input.trust.emplace();
  trust.fitted_on = "val <part>";
  trust.calibration = {.method = "temperature 1.31",
                       .log_loss_before = 0.75,
                       .ece_before = 0.125,
                       .before = {{0, 0.5, 0, NAN, NAN}, {0.5, 1, 60, 0.7, 0.8}}};
  trust.conformal = {.method = "RAPS",
                     .level = 0.95,
                     .coverage = 0.96,
                     .coverage_interval = {0.9, 0.98},
                     .mean_size = 1.125,
                     .sizes = {0, 45, 15},
                     .class_coverage = {0.9, NAN, 1}};
  trust.abstention = {.rule = "the largest probability is below 0.6", .chosen_coverage = 0.98, .reasons = {}};
  trust.abstention->reasons.resize(60);
  trust.abstention->reasons[5] = trust.abstention->reasons[7] = "un<sure>";
  trust.abstention->reasons[59] = "strange";
  const TemporaryFolder folder;
  write_report(folder.path(), input);
  const std::string html = read_text(folder.path() / "report.html");
  EXPECT_THAT(
      lacking(html,
              {"By its own rule it leaves 3 pictures unanswered; of the others <b>80.70\u00a0%</b> are named "
               "rightly.",
               "<td>0.1250</td>", "<b>temperature 1.31</b>", "before calibration", "the chosen rule",
               "Brier score</th><td>–</td>", "made to hold the true one for 95.00\u00a0%",
               "<b>96.00\u00a0%</b> (95\u00a0% interval 90.00–98.00)", "<b>1.125</b>",
               "<tr><th scope=\"row\">1</th><td>45</td><td>75.00</td></tr>", "mono</th><td>–</td>",
               "It leaves a picture to a person when the largest probability is below 0.6.",
               "Here it answers <b>95.00\u00a0%</b> and leaves 3 pictures.",
               "<tr><th scope=\"row\">– un&lt;sure&gt;</th><td>2</td>", "fitted on <b>val &lt;part&gt;</b>.",
               "All 3 pictures that the model left to a person", "<p class=\"reason\"><span>strange</span>"}),
      IsEmpty());
  EXPECT_LT(html.find(">cell-59<"), html.find(">cell-7<"));  // the surest first
  EXPECT_THAT(found(html, {"too good."}), IsEmpty());
  trust.fitted_on_these = true;
  EXPECT_THAT(lacking(written(input), {"which makes these figures too good."}), IsEmpty());
  const std::string risk = read_text(folder.path() / "figures/risk_coverage.csv");
  EXPECT_THAT(risk, ::testing::HasSubstr("the chosen rule,95,19.29824561"));
}

TEST(ReportChapters, ShowRobustness) {
  NEEDS_GNUPLOT
  ReportInput input = report_example();
  RobustnessTable& table = input.robustness.emplace();
  table = {.pictures = 60,
           .seed = 7,
           .clean = set_figures(input.evaluation),
           .corruptions = {{"jpeg_compression", {{0.75, 0.7}, {0.5, 0.5}}}, {"bubble", {{NAN, NAN}}}},
           .augmentation = "policy <full>"};
  table.augmented = input.evaluation;
  table.augmented->accuracy = 0.625;
  std::string html = written(input);
  EXPECT_THAT(
      lacking(html,
              {"On augmented copies it reaches <b>62.50\u00a0%</b>. Over 2 kinds of corruption it reaches "
               "<b>62.50\u00a0%</b> on average.",
               "jpeg compression</th><td class=\"shaded\"", "augmented (policy &lt;full&gt;)", ">75.00</td>",
               "<td>62.50</td><td>40.00</td></tr>", "bubble</th><td>–</td><td>–</td><td>–</td><td>–</td>",
               "60 pictures with each corruption at each severity, from 1 to 2, drawn with seed 7"}),
      IsEmpty());
  EXPECT_EQ(occurrences(html, "<svg "), 7u);
  EXPECT_THAT(found(html, {">BE<", ">nan", ">-nan"}), IsEmpty());
  table.reference =
      ReferenceErrors{.name = "some <net>", .clean = 0, .corruptions = {{"jpeg_compression", 0.2}}};
  html = written(input);
  EXPECT_THAT(lacking(html, {">BE</th>", "<td>2.00</td>", "<b>some &lt;net&gt;</b>"}), IsEmpty());
}

TEST(ReportChapters, ShowOtherLaboratories) {
  NEEDS_GNUPLOT
  ReportInput input = report_example();
  input.laboratories = {
      {.name = "B<CCD>",
       .class_map = {{"MONOCYTE", "mono"}, {"RBC", ""}},
       .left_out = 3,
       .rows = {{"as they are", input.evaluation, {}}, {"both", input.evaluation, input.evaluation}}}};
  EXPECT_THAT(
      lacking(written(input), {"<h3>B&lt;CCD&gt;</h3>", "<b>MONOCYTE</b> → <b>mono</b>", "<b>RBC</b> → none",
                               "3 pictures of classes that the model does not know are left out",
                               "as they are</th><td class=\"words\">shared</td><td>80.00</td>",
                               "both</th><td class=\"words\">all</td><td>80.00</td>"}),
      IsEmpty());
  EXPECT_EQ(occurrences(written(input), "as they are"), 1u);  // not measured free
}

TEST(ReportChapters, ShowWhereTheNetworkLooked) {
  NEEDS_GNUPLOT
  ReportInput input = report_example();
  input.overlay = [](std::size_t i) { return i % 2 == 0 ? Image(24, 24) : Image(); };
  input.overlay_method = "Layer<CAM>";
  const std::string html = written(input);
  EXPECT_EQ(occurrences(html, "<div class=\"looked\">"), 32u);
  EXPECT_THAT(lacking(html, {"where the network looked (Layer&lt;CAM&gt;)",
                             "alt=\"cell-30: where the network looked\"", "class=\"gallery wide\""}),
              IsEmpty());
}

TEST(ReportChapters, RefusePartsOfOtherPictures) {
  for (void (*spoil)(TrustSummary&) : {
           +[](TrustSummary& trust) { trust.abstention.emplace().reasons.resize(59); },
           +[](TrustSummary& trust) { trust.conformal.emplace().class_coverage.resize(2); },
       }) {
    ReportInput input = report_example();
    spoil(input.trust.emplace());
    EXPECT_THROW(written(input), Error);
  }
}

}  // namespace
}  // namespace giemsa
