#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "giemsa/eval/report_numbers.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/parts.h"

namespace giemsa::report {
namespace {

/// Both kinds of curves. A perfect one goes through the corner of (0, 1), or of (1, 1) where `falling`.
struct Kind {
  const char *name, *caption, *x, *y;
  std::vector<std::vector<CurvePoint>> EvaluationCurves::*curves;
  double ClassScores::*area;
  page::Look look;
  bool falling;
  page::KeyPlace key;
};
constexpr Kind kRoc{"roc",
                    "ROC: found against falsely found",
                    "others named so, per cent",
                    "found, per cent",
                    &EvaluationCurves::roc,
                    &ClassScores::roc_auc,
                    page::Look::Line,
                    false,
                    page::KeyPlace::BottomRight};
constexpr Kind kPrecisionRecall{"precision_recall",
                                "Precision against recall",
                                "recall, per cent",
                                "precision, per cent",
                                &EvaluationCurves::precision_recall,
                                &ClassScores::average_precision,
                                page::Look::StepsBack,
                                true,
                                page::KeyPlace::BottomLeft};

/// How far a curve stays from its corner, 0 to 1.
double distance_from_corner(const std::vector<CurvePoint>& curve, bool falling) {
  double least = 1;
  for (const CurvePoint& p : curve) least = std::min(least, std::max(falling ? 1 - p.x : p.x, 1 - p.y));
  return least;
}

/// The side of the corner in which the bend of every curve is seen well; 1: the whole.
double corner_side(const std::vector<std::vector<CurvePoint>>& curves, bool falling) {
  constexpr double kSides[] = {0.02, 0.05, 0.1, 0.2, 0.5};
  constexpr double kRoom = 4;
  double farthest = 0;
  for (const auto& curve : curves) {
    if (!curve.empty()) farthest = std::max(farthest, distance_from_corner(curve, falling));
  }
  if (farthest == 0) return 1;
  for (const double side : kSides) {
    if (side >= kRoom * farthest) return side;
  }
  return 1;
}

/// The classes with a curve, the worst first.
std::vector<std::size_t> worst_first(const Evaluation& e, const Kind& kind) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < e.classes.size(); ++k) {
    if (!(e.curves.*kind.curves)[k].empty()) order.push_back(k);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t k) { return e.classes[k].*kind.area; });
  return order;
}

page::Chart chart(const Evaluation& e, const Kind& kind) {
  const auto& curves = e.curves.*kind.curves;
  const double side = corner_side(curves, kind.falling);
  page::Chart chart{.name = kind.name,
                    .caption = kind.caption,
                    .label = fmt::format("{}, a line for each class", kind.caption),
                    .x = {.label = kind.x,
                          .low = kind.falling ? 100 - 100 * side : 0,
                          .high = kind.falling ? 100 : 100 * side},
                    .y = {.label = kind.y, .low = 100 - 100 * side, .high = 100},
                    .series = {},
                    .width = 520,
                    .height = 440,
                    .key = kind.key};
  const std::vector<std::size_t> order = worst_first(e, kind);
  const bool few = e.classes.size() <= page::kInks.size();
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto& curve = curves[order[rank]];
    const bool coloured = rank < page::kInks.size();
    const std::size_t ink = few ? order[rank] : rank;  // few classes keep their colours in every chart
    page::Series series{.title = fmt::format("{} {}", page::short_name(e.classes[order[rank]].name),
                                             page::per_cent_digits(e.classes[order[rank]].*kind.area)),
                        .look = kind.look,
                        .ink = coloured ? page::kInks[ink] : page::kGrid,
                        .width = coloured ? 2.0 : 1.0,
                        .in_key = coloured};
    for (const std::size_t i : page::thinned(curve.size(), kMostPoints)) {
      series.x.push_back(100 * curve[i].x);
      series.y.push_back(100 * curve[i].y);
    }
    chart.series.push_back(std::move(series));
  }
  std::ranges::reverse(chart.series);  // the worst is drawn above the others
  return chart;
}

}  // namespace

Chapter curves_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  const Evaluation& e = input.evaluation;
  Chapter chapter("separation", "Each class against all others", figures);
  const page::Chart roc = chart(e, kRoc), precision_recall = chart(e, kPrecisionRecall);
  if (!page::has_numbers(roc) && !page::has_numbers(precision_recall)) return chapter;
  chapter.charts({roc, precision_recall});
  const bool corner = roc.x.high < 100 || precision_recall.x.low > 0;
  chapter.note(fmt::format(
      "One line a class, as the threshold on its probability falls; behind the name the area below the "
      "line, in per cent.{}{}",
      corner
          ? " Mind the axes: only the corner is shown in which the lines bend; they run on along the edges."
          : "",
      e.classes.size() > page::kInks.size()
          ? fmt::format(" The {} classes with the smallest areas are named.", page::kInks.size())
          : ""));
  return chapter;
}

}  // namespace giemsa::report
