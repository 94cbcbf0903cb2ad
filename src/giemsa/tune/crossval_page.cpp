#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/csv.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/page/drawing.h"
#include "giemsa/page/page.h"
#include "giemsa/page/parts.h"
#include "giemsa/tune/crossval.h"
#include "giemsa/tune/metric_curve.h"

namespace giemsa {
namespace {

using page::outside;
using page::per_cent_digits;

constexpr char kFolds[] =
    R"(<p class="note">Each model is measured on its own held-out fold, by which nothing was
chosen: its best epoch was chosen on pictures taken out of the other folds. In per cent, but for the loss.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Fold</th>{heads}<th scope="col">Pictures</th><th scope="col">Epoch</th></tr></thead>
<tbody>
{rows}</tbody>
<tfoot>
{sums}</tfoot>
</table></div>
<p class="note">The standard deviation is that of a sample (divisor n − 1). The folds share most of their training
pictures, so it tells how much a result depends on the division, and is no error of the mean.</p>
)";
constexpr char kClasses[] =
    R"(<p class="note">The share of each class that was found (recall), in per cent.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Class</th><th scope="col">Mean</th><th scope="col">± sd</th>{heads}</tr></thead>
<tbody>
{rows}</tbody>
</table></div>
<p class="note"><a href="out-of-fold/report.html">All held-out predictions together</a>: the confusion matrix and the
mistakes. predictions.csv holds them.</p>
)";
constexpr char kCurves[] = R"({}<p class="note">One line a fold, on its validation part.</p>
)";

std::string value_text(const FoldMetric& metric, double value) {
  if (metric.share) return per_cent_digits(value);
  return std::isfinite(value) ? fmt::format("{:.4f}", value) : "–";
}

std::string folds_section(const CrossvalResult& result) {
  std::string heads, rows, means = "<tr><th scope=\"row\">mean</th>",
                           deviations = "<tr><th scope=\"row\">± sd</th>";
  for (const FoldMetric& metric : fold_metrics()) {
    heads += fmt::format("<th scope=\"col\">{}</th>", metric.title);
    const Spread spread = spread_over(metric, result.folds);
    means += fmt::format("<td>{}</td>", value_text(metric, spread.mean));
    deviations += fmt::format("<td>{}</td>", value_text(metric, spread.deviation));
  }
  for (std::size_t fold = 0; fold < result.folds.size(); ++fold) {
    const FoldResult& one = result.folds[fold];
    rows += fmt::format("<tr><th scope=\"row\">{}</th>", fold + 1);
    for (const FoldMetric& metric : fold_metrics()) {
      rows += fmt::format("<td>{}</td>", value_text(metric, metric.of(one.evaluation)));
    }
    rows += fmt::format("<td>{}</td><td>{} of {}</td></tr>\n", with_thousands(one.evaluation.count),
                        one.best_epoch, one.epochs);
  }
  const std::string sums = means +
                           fmt::format("<td>{}</td><td></td></tr>\n", with_thousands(result.pooled.count)) +
                           deviations + "<td></td><td></td></tr>\n";
  return fmt::format(kFolds, fmt::arg("heads", heads), fmt::arg("rows", rows), fmt::arg("sums", sums));
}

std::string classes_section(const CrossvalResult& result) {
  std::string heads, rows;
  for (std::size_t fold = 0; fold < result.folds.size(); ++fold) {
    heads += fmt::format("<th scope=\"col\">{}</th>", fold + 1);
  }
  for (std::size_t k = 0; k < result.predictions.classes.size(); ++k) {
    const Spread spread = recall_spread(k, result.folds);
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>",
                        outside(result.predictions.classes[k]), per_cent_digits(spread.mean),
                        per_cent_digits(spread.deviation));
    for (const FoldResult& fold : result.folds) {
      const ClassScores& scores = fold.evaluation.classes[k];
      rows += fmt::format("<td>{}</td>", scores.support > 0 ? per_cent_digits(scores.recall) : "–");
    }
    rows += "</tr>\n";
  }
  return fmt::format(kClasses, fmt::arg("heads", heads), fmt::arg("rows", rows));
}

std::string curves_section(const Crossval& crossval, const std::filesystem::path& figures) {
  std::string data = "epoch,accuracy\n";
  for (std::size_t fold = 0; fold < crossval.splits.size(); ++fold) {
    const auto curve = metric_curve(crossval.run_folder(fold) / "metrics.jsonl", "accuracy");
    if (fold > 0) data += "\n\n";
    for (std::size_t epoch = 0; epoch < curve.size(); ++epoch) {
      data += fmt::format("{},{}\n", epoch + 1, shortest(curve[epoch]));
    }
  }
  const std::string script = page::script_head("curves", "curves.csv", 640, 320) +
                             fmt::format(
                                 "unset key\nset xtics nomirror\nset ytics nomirror\n"
                                 "set xlabel \"epoch\" textcolor rgb \"{0}\"\n"
                                 "plot for [i=0:{1}] \"curves.csv\" skip 1 index i using 1:(100*$2) with "
                                 "linespoints lw 1.5 pt 7 ps 0.4 "
                                 "lc rgb \"{2}\"\n",
                                 page::kText.hex(), crossval.splits.size() - 1, page::kViolet.hex());
  return fmt::format(
      kCurves,
      page::figure(figures, {.name = "curves", .script = script, .data_name = "curves.csv", .data = data},
                   "Validation accuracy, per cent", "Validation accuracy over the epochs"));
}

/// "97.12 ± 0.40"
std::string plus_minus(const FoldMetric& metric, const Spread& spread) {
  return fmt::format("{} ± {}", value_text(metric, spread.mean), value_text(metric, spread.deviation));
}

}  // namespace

std::string crossval_page(const Crossval& crossval, const CrossvalResult& result, const std::string& title,
                          const std::filesystem::path& figures) {
  std::vector<page::Tile> tiles;
  for (const FoldMetric& metric : fold_metrics()) {
    tiles.push_back({metric.title, plus_minus(metric, spread_over(metric, result.folds)),
                     metric.share ? "per cent, mean ± sd" : "nats per picture, mean ± sd"});
  }
  const FoldMetric& accuracy = fold_metrics().front();
  return page::render({
      .kind = "Cross-validation",
      .title = title,
      .summary = fmt::format(
          "In {} folds of {}, the models named <b>{} %</b> of the pictures rightly that were held out of "
          "their "
          "training.",
          crossval.options.folds,
          page::counted(static_cast<std::int64_t>(result.predictions.size()), "picture", "pictures"),
          plus_minus(accuracy, spread_over(accuracy, result.folds))),
      .tiles = tiles,
      .sections = {{"folds", "Folds", folds_section(result)},
                   {"classes", "Classes", classes_section(result)},
                   {"curves", "Training", curves_section(crossval, figures)}},
      .style = {},
      .footer = "For research, not a medical device. The figures hold for pictures made like these: another "
                "microscope, stain or laboratory can lower them.",
  });
}

}  // namespace giemsa
