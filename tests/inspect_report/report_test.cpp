#include "giemsa/inspect_report/report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/inspect_report/report_reasons.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

#define NEEDS_GNUPLOT                                         \
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0) \
    GTEST_SKIP() << "needs the program gnuplot (Debian: gnuplot-nox)";

/// An inspection as it could be, and its records.
struct Made {
  std::vector<Record> records;
  Inspection inspection;

  /// `count` pictures of their own, labels in turn.
  explicit Made(std::size_t count, std::vector<std::string> classes = {"baso<b>", "mono\ncyte", "n\xff"}) {
    inspection.classes = std::move(classes);
    for (std::size_t i = 0; i < count; ++i) {
      const int label = static_cast<int>(i % inspection.classes.size());
      records.push_back({.id = fmt::format("cell-{}", i), .path = "", .label = label});
      inspection.labels.push_back(label);
      PictureFacts facts;
      facts.width = i % 10 == 0 ? 64 : 32;
      facts.height = 32;
      facts.format = i % 2 == 0 ? ImageFormat::Jpeg : ImageFormat::Unknown;
      facts.pixels = facts.stored = {i, 1};
      facts.statistics.mean_rgb = {200, 180, 190};
      facts.statistics.sharpness = 7;
      inspection.pictures.push_back(facts);
    }
  }

  void find(std::size_t record, const char* reason, const std::string& evidence = "") {
    inspection.findings.push_back({records[record].id, reason, evidence});
  }
  void spoil(std::size_t record, const char* reason) {
    inspection.pictures[record] = {};
    inspection.pictures[record].broken = Finding{records[record].id, reason, "it is <damaged>"};
    find(record, reason, "it is <damaged>");
  }
  /// Members of `copies` get the pixels of the first; then one group with those of `near`, and its findings.
  void group(const std::vector<std::size_t>& copies, const std::vector<std::size_t>& near = {}) {
    DuplicateGroup group;
    for (const std::size_t record : copies) {
      inspection.pictures[record].pixels = inspection.pictures[copies.front()].pixels;
      group.members.push_back({.record = record, .like = copies.front(), .likeness = Likeness::File});
      if (record != copies.front()) find(record, "identical_file");
    }
    for (const std::size_t record : near) {
      group.members.push_back(
          {.record = record, .like = copies.front(), .likeness = Likeness::Near, .similarity = 0.953f});
      find(record, "near_duplicate");
    }
    for (const Duplicate& member : group.members) {
      group.conflicting |= records[member.record].label != records[copies.front()].label;
    }
    if (group.conflicting) {
      for (const Duplicate& member : group.members) find(member.record, "conflicting_label");
    }
    inspection.groups.push_back(group);
  }
  /// Analyses of the distinct pictures, in which nothing stands out.
  void analyse() {
    inspection.distinct = distinct_pictures(inspection.pictures);
    for (std::size_t row = 0; row < inspection.distinct.size(); ++row) {
      inspection.outliers.records.push_back({.own = 1 + 0.1f * static_cast<float>(row % 30)});
      inspection.label_doubts.push_back({.score = 0.1f, .flagged = false, .suggested = 1});
      inspection.non_cells.push_back({.score = 0.2f, .flagged = false, .evidence = ""});
    }
    inspection.outliers.threshold = 5;
    inspection.outliers.median = 2.5;
    inspection.outliers.dimensions = 24;
  }
  InspectionReportInput input() const {
    return {.title = "Set <1>",
            .records = records,
            .inspection = &inspection,
            .compared_by = "colour, texture & shape",
            .clean = {},
            .picture = [](std::size_t record) { return Image(record % 7 == 0 ? 300 : 24, 24); },
            .made = {{"Data", "cells <here>"}}};
  }
};

std::string page(const InspectionReportInput& input) {
  const TemporaryFolder folder;
  write_inspection_report(folder.path(), input);
  return read_text(folder.path() / "report.html");
}

/// The part of a page from `<section id="ID"` to its end; "" where there is none.
std::string section(const std::string& html, const std::string& id) {
  const std::size_t begin = html.find(fmt::format("<section id=\"{}\">", id));
  return begin == std::string::npos ? "" : html.substr(begin, html.find("</section>", begin) - begin);
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

/// Those of `parts` that `text` lacks: short to print where the page is long.
std::vector<std::string> lacking(const std::string& text, std::vector<std::string> parts) {
  std::erase_if(parts, [&](const std::string& part) { return text.find(part) != std::string::npos; });
  return parts;
}

/// The first tag that does not fit, with what stands around it; "" when all tags are balanced.
std::string unbalanced(const std::string& html) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = html.find('<', at)) != std::string::npos; ++at) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return html.substr(at, 40);
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (tag.starts_with('!') || tag.ends_with('/')) continue;
    const std::string name = tag.substr(0, tag.find_first_of(" \n\t"));
    if (name == "meta" || name == "img" || name == "br") continue;
    if (!name.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return html.substr(at, 80);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

/// Something of everything.
Made dirty() {
  Made made(120);
  made.group({0, 3}, {});           // copies of one label
  made.group({6, 7}, {});           // of two
  made.group({9}, {12, 15});        // nearly the same
  std::vector<std::size_t> masses;  // one picture thirty times
  for (std::size_t i = 30; i < 60; ++i) masses.push_back(i);
  made.group(masses);
  for (const std::size_t i : masses) made.find(i, "repeated");
  made.spoil(20, "corrupt");
  made.spoil(21, "unreadable");
  made.analyse();
  const auto row = [&](std::size_t record) {
    return static_cast<std::size_t>(std::ranges::find(made.inspection.distinct, record) -
                                    made.inspection.distinct.begin());
  };
  for (const char* reason : {"constant", "dark", "bright", "low_information", "blurred"}) {
    made.find(100, reason, fmt::format("so {}", reason));
  }
  made.find(30, "non_cell", "unlike <all>");
  for (const std::size_t i : {101, 102}) made.find(i, "outlier", "far away");
  made.inspection.outliers.records[row(101)] = {.own = 7.25f, .outlier = true};
  made.inspection.outliers.records[row(102)] = {.own = 91.5f, .outlier = true};
  for (const std::size_t i : {103, 105}) made.find(i, "label_error", "labelled otherwise");
  made.inspection.label_doubts[row(103)] = {.score = 0.931f, .flagged = true, .suggested = 0};
  made.inspection.label_doubts[row(105)] = {.score = 0.992f, .flagged = true, .suggested = 1};
  made.find(104, "odd_word", "nobody knows");
  made.inspection.findings.push_back({"baso and Baso", "similar_class", "two <spellings>?"});
  return made;
}

TEST(InspectionReport, ShowsEveryGroup) {
  NEEDS_GNUPLOT
  const Made made = dirty();
  const std::string html = page(made.input());
  struct Case {
    const char* id;
    std::size_t pictures;
    std::vector<std::string> says;
  };
  for (const Case& c : {
           Case{"conflicting_label",
                1,
                {"labels contradict", "cell-6", "cell-7", "baso&lt;b&gt;", "mono\\x0acyte"}},
           Case{"repeated", 1, {"30 pictures", "labels contradict", "×\u00a010", "leaves them out"}},
           Case{"identical_file", 1, {"2 pictures", "×\u00a02", "cell-0", "cell-3"}},
           Case{"near_duplicate", 3, {"3 pictures", "similarity 0.953", "cell-9", "cell-12", "cell-15"}},
           Case{"constant", 1, {"so constant"}},
           Case{"dark", 1, {"so dark", "keeps them"}},
           Case{"bright", 1, {"so bright"}},
           Case{"low_information", 1, {"so low_information"}},
           Case{"blurred", 1, {"so blurred"}},
           Case{"non_cell", 1, {"unlike &lt;all&gt;", "several labels", "×\u00a030"}},
           Case{"outlier", 2, {"91.5", "7.2"}},
           Case{"label_error", 2, {"→\u00a0baso&lt;b&gt;", "0.931", "→\u00a0mono\\x0acyte", "0.992"}},
           Case{"other-1", 1, {"odd_word", "nobody knows"}},
           Case{"corrupt", 0, {"cell-20", "it is &lt;damaged&gt;"}},
           Case{"unreadable", 0, {"cell-21"}},
           Case{"set-findings", 0, {"baso and Baso", "two &lt;spellings&gt;?"}},
           Case{"made", 0, {"cells &lt;here&gt;"}},
       }) {
    const std::string part = section(html, c.id);
    EXPECT_EQ(occurrences(part, "<img src=\"data:image/jpeg;base64,"), c.pictures) << c.id;
    EXPECT_THAT(lacking(part, c.says), IsEmpty()) << c.id;
  }
  const std::string outliers = section(html, "outlier"), doubts = section(html, "label_error");
  EXPECT_LT(outliers.find("91.5"), outliers.find("7.2"));  // the strongest first
  EXPECT_LT(doubts.find("0.992"), doubts.find("0.931"));
}

TEST(InspectionReport, SaysWhatWasFoundAndThatNothingWasChanged) {
  NEEDS_GNUPLOT
  const std::string html = page(dirty().input());
  EXPECT_THAT(
      lacking(html, {"120 pictures of 3 classes", "<b>30</b> repeated many times", "Nothing was changed",
                     "<a href=\"#repeated\">Repeated many times</a></th><td>30</td><td>1</td><td>left out<",
                     "<a href=\"#near_duplicate\">Nearly identical</a></th><td>2</td><td>2</td><td>one kept<",
                     "<th scope=\"row\">odd_word</th><td>1</td><td>1</td><td>–<"}),
      IsEmpty());
}

TEST(InspectionReport, DescribesTheSet) {
  NEEDS_GNUPLOT
  const Made made = dirty();
  const TemporaryFolder folder;
  write_inspection_report(folder.path(), made.input());
  const std::string html = read_text(folder.path() / "report.html");
  EXPECT_THAT(
      lacking(section(html, "set"),
              {"background:rgb(200 180 190)", "<td>33.33</td>", "<th scope=\"row\">32 × 32</th><td>107</td>",
               "<th scope=\"row\">64 × 32</th><td>11</td>", "<th scope=\"row\">array</th><td>59</td>"}),
      IsEmpty());
  EXPECT_THAT(
      lacking(section(html, "distances"),
              {"half lie within 2.5", "2 lie beyond the\nlimit of 5.0, the dotted line, counting those",
               "colour, texture &amp; shape"}),
      IsEmpty());
  EXPECT_THAT(read_text(folder.path() / "figures/classes.csv"),
              HasSubstr("class,without_findings,with_findings\n\"baso<b>\","));
  for (const char* name : {"classes.gp", "classes.svg", "distances.gp", "distances.csv", "distances.svg"}) {
    EXPECT_TRUE(fs::exists(folder.path() / "figures" / name)) << name;
  }
}

TEST(InspectionReport, IsWellFormedHarmlessAndTheSameEachTime) {
  NEEDS_GNUPLOT
  const Made made = dirty();
  const std::string html = page(made.input());
  EXPECT_EQ(unbalanced(html), "");
  for (const char* never : {"<script", "<link", " src=\"http", "url(", "@import", "baso<b>", "<damaged>",
                            "<all>", "<spellings>", "<here>", "Set <1>", "\xff"}) {
    EXPECT_THAT(html, Not(HasSubstr(never)));
  }
  EXPECT_TRUE(html == page(made.input()));
}

TEST(InspectionReport, BoundsWhatItShows) {
  NEEDS_GNUPLOT
  Made made(1000);
  for (std::size_t i = 0; i < 500; ++i) made.find(i, "dark", "so dark");
  for (std::size_t i = 500; i < 900; i += 4) made.group({i, i + 3});
  for (std::size_t i = 900; i < 1000; ++i) made.spoil(i, "corrupt");
  made.analyse();
  const std::string html = page(made.input());
  EXPECT_EQ(occurrences(section(html, "dark"), "<img "), 48u);
  EXPECT_THAT(section(html, "dark"), HasSubstr("and 452 more pictures in findings.csv"));
  EXPECT_THAT(section(html, "dark"), HasSubstr(">cell-489<"));  // spread over the set, not only its beginning
  EXPECT_EQ(occurrences(section(html, "identical_file"), "<img "), 48u);
  EXPECT_THAT(section(html, "identical_file"), HasSubstr("and 52 more groups in duplicates.csv"));
  EXPECT_THAT(section(html, "corrupt"), HasSubstr("and 40 more in findings.csv"));
}

TEST(InspectionReport, BoundsAGroupOfManyNearCopies) {
  NEEDS_GNUPLOT
  Made made(60, {"mono"});
  std::vector<std::size_t> near;
  for (std::size_t i = 1; i < 60; ++i) near.push_back(i);
  made.group({0}, near);
  made.analyse();
  const std::string html = section(page(made.input()), "near_duplicate");
  EXPECT_EQ(occurrences(html, "<img "), 6u);
  EXPECT_THAT(lacking(html, {"60 pictures", "and 54 more in duplicates.csv"}), IsEmpty());
}

TEST(InspectionReport, GoesOnWithoutAPicture) {
  NEEDS_GNUPLOT
  Made made(30);
  made.find(1, "dark");
  made.find(2, "dark");
  InspectionReportInput input = made.input();
  input.picture = [](std::size_t record) -> Image {
    if (record == 1) throw std::runtime_error("lost <i>");
    return {};
  };
  const std::string html = page(input);
  EXPECT_EQ(occurrences(html, "class=\"missing\""), 2u);
  EXPECT_THAT(html, HasSubstr("lost &lt;i&gt;"));
}

TEST(InspectionReport, SaysSoWhenNothingWasFound) {
  NEEDS_GNUPLOT
  Made made(3);
  made.inspection.labels[2] = -1;
  const std::string html = page(made.input());
  EXPECT_THAT(lacking(html, {"Nothing was found, and nothing was changed", "no label"}), IsEmpty());
  EXPECT_EQ(section(html, "overview"), "");
  EXPECT_EQ(section(html, "distances"), "");
}

TEST(InspectionReport, RefusesAnInspectionOfOtherRecords) {
  for (void (*spoil)(Made&) : {
           +[](Made& made) { made.inspection.pictures.pop_back(); },
           +[](Made& made) { made.inspection.labels.pop_back(); },
           +[](Made& made) { made.inspection.labels[1] = 3; },
           +[](Made& made) { made.inspection.distinct = {7}; },
           +[](Made& made) { made.inspection.outliers.records.resize(2); },
           +[](Made& made) {
             made.inspection.groups.push_back({.members = {{.record = 9}}, .conflicting = false});
           },
       }) {
    Made made(6);
    spoil(made);
    EXPECT_THROW(page(made.input()), Error);
  }
  InspectionReportInput nothing;
  EXPECT_THROW(page(nothing), Error);
}

TEST(InspectionReport, KnowsWhatCleaningDoes) {
  CleanOptions options;
  for (const Reason& reason : reasons()) {
    if (reason.rule == nullptr) {
      EXPECT_EQ(inspection_report::cleaning(reason, options), "") << reason.word;
      EXPECT_EQ(inspection_report::cleaning_word(reason, options), "–") << reason.word;
      continue;
    }
    for (const char* action : {"drop", "keep", "keep_one", "majority", "relabel"}) {
      options.*reason.rule = action;
      EXPECT_THAT(inspection_report::cleaning(reason, options), HasSubstr("giemsa clean ")) << reason.word;
    }
    options.*reason.rule = "burn";
    EXPECT_THROW(inspection_report::cleaning(reason, options), Error) << reason.word;
  }
}

}  // namespace
}  // namespace giemsa
