#include <fmt/format.h>

#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/page/epoch_chart.h"
#include "giemsa/page/page.h"
#include "giemsa/page/parts.h"
#include "giemsa/page/table.h"
#include "giemsa/tune/crossval.h"
#include "giemsa/tune/metric_curve.h"

namespace giemsa {
namespace {

using page::per_cent_digits;

constexpr char kFolds[] =
    R"(<p class="note">Each model is measured on its own held-out fold, by which nothing was
chosen: its best epoch was chosen on pictures taken out of the other folds. In per cent, but for the loss.</p>
{}<p class="note">The standard deviation is that of a sample (divisor n − 1). The folds share most of their training
pictures, so it tells how much a result depends on the division, and is no error of the mean.</p>
)";
constexpr char kClasses[] =
    R"(<p class="note">The share of each class that was found (recall), in per cent.</p>
{}<p class="note"><a href="out-of-fold/report.html">All held-out predictions together</a>: the confusion matrix and the
mistakes. predictions.csv holds them.</p>
)";
constexpr char kCurves[] = R"({}<p class="note">One line a fold, on its validation part.</p>
)";

std::string value_text(const FoldMetric& metric, double value) {
  if (metric.share) return per_cent_digits(value);
  return page::number(value);
}

std::string folds_section(const CrossvalResult& result) {
  page::Table table{.heads = {"Fold"}, .rows = {}};
  std::vector<std::string> means = {"mean"}, deviations = {"± sd"};
  for (const FoldMetric& metric : fold_metrics()) {
    table.heads.emplace_back(metric.title);
    const Spread spread = spread_over(metric, result.folds);
    means.push_back(value_text(metric, spread.mean));
    deviations.push_back(value_text(metric, spread.deviation));
  }
  table.heads.insert(table.heads.end(), {"Pictures", "Epoch"});
  means.insert(means.end(), {with_thousands(result.pooled.count), ""});
  deviations.insert(deviations.end(), {"", ""});
  for (std::size_t fold = 0; fold < result.folds.size(); ++fold) {
    const FoldResult& one = result.folds[fold];
    std::vector<std::string> row = {std::to_string(fold + 1)};
    for (const FoldMetric& metric : fold_metrics())
      row.push_back(value_text(metric, metric.of(one.evaluation)));
    row.push_back(with_thousands(one.evaluation.count));
    row.push_back(fmt::format("{} of {}", one.best_epoch, one.epochs));
    table.rows.push_back(std::move(row));
  }
  table.foot = {std::move(means), std::move(deviations)};
  return fmt::format(kFolds, table.html());
}

std::string classes_section(const CrossvalResult& result) {
  page::Table table{.heads = {"Class", "Mean", "± sd"}, .rows = {}};
  for (std::size_t fold = 0; fold < result.folds.size(); ++fold)
    table.heads.push_back(std::to_string(fold + 1));
  for (std::size_t k = 0; k < result.predictions.classes.size(); ++k) {
    const Spread spread = recall_spread(k, result.folds);
    std::vector<std::string> row = {result.predictions.classes[k], per_cent_digits(spread.mean),
                                    per_cent_digits(spread.deviation)};
    for (const FoldResult& fold : result.folds) {
      const ClassScores& scores = fold.evaluation.classes[k];
      row.push_back(scores.support > 0 ? per_cent_digits(scores.recall) : page::kUndefined);
    }
    table.rows.push_back(std::move(row));
  }
  return fmt::format(kClasses, table.html());
}

std::string curves_section(const Crossval& crossval, const std::filesystem::path& figures) {
  std::vector<page::Series> lines;
  for (std::size_t fold = 0; fold < crossval.splits.size(); ++fold) {
    auto curve = metric_curve(crossval.run_folder(fold) / "metrics.jsonl", "accuracy");
    for (double& accuracy : curve) accuracy *= 100;
    lines.push_back(page::epoch_series(fmt::format("fold {}", fold + 1), page::kViolet, std::move(curve)));
    lines.back().in_key = false;
  }
  return fmt::format(kCurves, page::draw(figures, page::epoch_chart("curves", "Validation accuracy, per cent",
                                                                    std::move(lines))));
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
