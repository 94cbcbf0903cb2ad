// Reports of sets that are too small, too large, or lack what a figure needs.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <regex>

#include "eval/report_example.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

using ::testing::IsEmpty;
using testing::occurrences;

struct Set {
  int classes, pictures;
  std::function<int(int)> label;  ///< -1: not labelled
  std::function<int(int)> named;
};

Predictions predictions_of(const Set& set) {
  Predictions p;
  Random random({5});
  for (int k = 0; k < set.classes; ++k) p.classes.push_back(fmt::format("class {}", k));
  for (int i = 0; i < set.pictures; ++i) {
    p.ids.push_back(std::to_string(i));
    p.paths.push_back(p.ids.back());
    p.labels.push_back(set.label(i));
    const auto sure = static_cast<float>(0.6 + 0.4 * random.uniform());
    for (int k = 0; k < set.classes; ++k)
      p.probabilities.push_back(set.classes == 1    ? 1
                                : k == set.named(i) ? sure
                                                    : (1 - sure) / static_cast<float>(set.classes - 1));
  }
  return p;
}

ReportInput report_of(const Set& set, std::int64_t resamples) {
  ReportInput input;
  input.title = "Degenerate";
  input.predictions = predictions_of(set);
  input.evaluation = evaluate(input.predictions, {.resamples = resamples, .threads = 1});
  TrustSummary& trust = input.trust.emplace();
  trust.calibration.emplace();
  trust.conformal.emplace();
  trust.abstention.emplace().reasons.assign(input.predictions.size(), "all");
  input.robustness.emplace().corruptions = {{"fog", {{}}}};
  input.laboratories.emplace_back().rows.resize(1);
  return input;
}

/// What a reader takes for a number that is none, outside of styles, drawings and pictures.
std::vector<std::string> undefined_numbers(const std::string& text) {
  static const std::regex hidden("<style>[^]*?</style>|data:image[^\"]*");
  static const std::regex bad("[^a-z\"](-?nan|-?inf|1\\.#)[^a-z\"]", std::regex::icase);
  std::vector<std::string> seen;
  const std::string shown = std::regex_replace(text, hidden, "");
  for (std::sregex_iterator at(shown.begin(), shown.end(), bad), end; at != end; ++at)
    seen.push_back(at->str());
  return seen;
}

TEST(ReportOfDegenerateSets, IsWrittenWithoutUndefinedNumbers) {
  NEEDS_GNUPLOT
  const auto zero = [](int) { return 0; };
  const auto modulo = [](int k) { return [k](int i) { return i % k; }; };
  const auto few_labels = [](int i) { return i % 7 == 0 ? i % 3 : -1; };
  struct Case {
    const char* name;
    Set set;
  };
  for (const Case& c :
       {Case{"one picture, right", {2, 1, zero, zero}}, Case{"one picture, wrong", {2, 1, zero, modulo(1)}},
        Case{"one class known", {1, 5, zero, zero}}, Case{"two classes", {2, 40, modulo(2), modulo(3)}},
        Case{"thirty classes", {30, 90, modulo(30), modulo(29)}},
        Case{"absent classes", {8, 50, modulo(3), modulo(4)}},
        Case{"all of one class", {4, 20, zero, modulo(2)}},
        Case{"most not labelled", {3, 50, few_labels, modulo(3)}},
        Case{"all wrong", {3, 30, modulo(3), [](int i) { return (i + 1) % 3; }}}}) {
    SCOPED_TRACE(c.name);
    Set set = c.set;
    if (set.classes == 2 && set.pictures == 40) set.named = [](int i) { return i % 5 == 0 ? 0 : i % 2; };
    if (set.classes == 30) set.named = [](int i) { return i % 11 == 0 ? 3 : i % 30; };
    const TemporaryFolder folder;
    write_report(folder.path(), report_of(set, 20));
    const std::string html = read_text(folder.path() / "report.html");
    EXPECT_THAT(undefined_numbers(html), IsEmpty());
    EXPECT_EQ(occurrences(html, "; of the others"), 0u);  // none was answered
    EXPECT_THAT(undefined_numbers(read_text(folder.path() / "report.md")), IsEmpty());
  }
}

TEST(ReportOfLargeSets, StaysSmall) {
  NEEDS_GNUPLOT
  ReportInput input =
      report_of({3, 30'000, [](int i) { return i % 3; }, [](int i) { return i % 13 == 0 ? 0 : i % 3; }}, 0);
  input.picture = [](std::size_t) { return Image(360, 360); };
  const TemporaryFolder folder;
  write_report(folder.path(), input);
  EXPECT_LT(std::filesystem::file_size(folder.path() / "report.html"), 1'000'000u);
  EXPECT_EQ(occurrences(read_text(folder.path() / "report.html"), "<li>"), 40u + 40u + 20u);
  for (const char* name : {"roc", "precision_recall", "risk_coverage"}) {
    const std::string csv = read_text(folder.path() / "figures" / fmt::format("{}.csv", name));
    EXPECT_LE(occurrences(csv, "\n"), 3u * 400u + 10u) << name;
  }
}

}  // namespace
}  // namespace giemsa
