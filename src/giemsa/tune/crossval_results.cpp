// What a cross-validation came to: predictions.csv, findings.csv, crossval.json and the reports.

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/version.h"
#include "giemsa/data/findings.h"
#include "giemsa/data/record_numbers.h"
#include "giemsa/eval/report.h"
#include "giemsa/run/epoch_record.h"
#include "giemsa/tune/crossval.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json spread_json(const Spread& spread) {
  return {{"mean", number(spread.mean)}, {"standard_deviation", number(spread.deviation)}};
}

/// A fold's findings.csv.
std::vector<Finding> read_findings(const std::filesystem::path& csv) {
  const CsvTable table = CsvTable::read(csv);
  const std::size_t record = table.column("record"), reason = table.column("reason"),
                    evidence = table.column("evidence");
  std::vector<Finding> findings;
  for (const auto& row : table.rows()) findings.push_back({row[record], row[reason], row[evidence]});
  return findings;
}

FoldResult read_fold(const Crossval& crossval, std::size_t fold, const Predictions& predictions) {
  FoldResult result{.evaluation = evaluate(predictions)};
  for (const EpochRecord& epoch : read_metrics(crossval.run_folder(fold) / "metrics.jsonl")) {
    result.epochs = epoch.epoch;
    if (epoch.best) result.best_epoch = epoch.epoch;
  }
  return result;
}

}  // namespace

CrossvalResult read_folds(const Crossval& crossval, const Source& source) {
  const auto numbers = record_numbers(source);
  struct Place {
    std::size_t fold, row;
  };
  std::vector<std::optional<Place>> place_of(source.records().size());
  std::vector<Predictions> of_fold;
  CrossvalResult result;
  std::vector<char> is_finding(source.records().size(), 0);
  for (std::size_t fold = 0; fold < crossval.splits.size(); ++fold) {
    const auto file = crossval.fold_folder(fold) / "predictions.csv";
    const Predictions& predictions = of_fold.emplace_back(read_predictions(file));
    require(predictions.classes == source.classes(), ErrorKind::Data,
            fmt::format("[crossval] {} is of other classes than the data set", file.string()));
    for (std::size_t row = 0; row < predictions.size(); ++row) {
      const auto found = numbers.find(predictions.ids[row]);
      const bool expected = found != numbers.end() && !place_of[found->second] &&
                            crossval.splits[fold].parts[found->second] == Part::Test;
      require(expected, ErrorKind::Data,
              fmt::format("[crossval] {}: '{}' is not of this fold, or is there twice", file.string(),
                          predictions.ids[row]));
      place_of[found->second] = Place{fold, row};
    }
    for (Finding& finding : read_findings(crossval.fold_folder(fold) / "findings.csv")) {
      const auto found = numbers.find(finding.record);
      if (found != numbers.end()) is_finding[found->second] = 1;
      result.findings.push_back(std::move(finding));
    }
    result.folds.push_back(read_fold(crossval, fold, predictions));
  }

  Predictions& all = result.predictions;
  all.classes = source.classes();
  for (std::size_t record = 0; record < place_of.size(); ++record) {
    const Record& known = source.records()[record];
    if (!place_of[record]) {
      require(known.label < 0 || is_finding[record], ErrorKind::Data,
              fmt::format("[crossval] no fold has predicted '{}'", known.id));
      continue;
    }
    const auto [fold, row] = *place_of[record];
    const Predictions& predictions = of_fold[fold];
    all.ids.push_back(predictions.ids[row]);
    all.paths.push_back(predictions.paths[row]);
    all.labels.push_back(predictions.labels[row]);
    all.probabilities.insert(all.probabilities.end(), predictions.row(row),
                             predictions.row(row) + all.classes.size());
  }
  result.pooled = evaluate(all);
  return result;
}

std::string to_json(const Crossval& crossval, const CrossvalResult& result) {
  Json json{{"giemsa", version()},
            {"network", crossval.recipe.model.name},
            {"folds", crossval.options.folds},
            {"val_share", crossval.options.val_share},
            {"seed", crossval.options.seed},
            {"threads", crossval.recipe.train.threads},
            {"pictures", result.predictions.size()},
            {"unreadable", result.findings.size()}};
  for (const FoldMetric& metric : fold_metrics()) {
    json["over_folds"][metric.name] = spread_json(spread_over(metric, result.folds));
    json["pooled"][metric.name] = number(metric.of(result.pooled));
  }
  for (std::size_t k = 0; k < result.predictions.classes.size(); ++k) {
    json["recall_over_folds"][result.predictions.classes[k]] = spread_json(recall_spread(k, result.folds));
  }
  for (std::size_t fold = 0; fold < result.folds.size(); ++fold) {
    const FoldResult& one = result.folds[fold];
    Json row{{"fold", fold + 1},
             {"pictures", one.evaluation.count},
             {"epochs", one.epochs},
             {"best_epoch", one.best_epoch}};
    for (const FoldMetric& metric : fold_metrics()) row[metric.name] = number(metric.of(one.evaluation));
    json["per_fold"].push_back(row);
  }
  json["confusion"] = result.pooled.confusion;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_crossval_results(const Crossval& crossval, const Source& source, const CrossvalResult& result,
                            const std::string& title) {
  write_predictions(crossval.folder / "predictions.csv", result.predictions);
  write_findings(crossval.folder / "findings.csv", result.findings);
  write_atomic(crossval.folder / "crossval.json", to_json(crossval, result));

  ReportInput report;
  report.title = title;
  report.part = "held-out";
  report.evaluation = result.pooled;
  report.predictions = result.predictions;
  const auto numbers = record_numbers(source);
  report.picture = [&](std::size_t i) { return source.load(numbers.at(result.predictions.ids[i])); };
  report.made = {{"giemsa", std::string(version())},
                 {"folds", std::to_string(crossval.options.folds)},
                 {"seed", std::to_string(crossval.options.seed)}};
  report.config_toml = to_toml(crossval.recipe, false);
  write_report(crossval.folder / "out-of-fold", report);
  write_atomic(crossval.folder / "report.html",
               crossval_page(crossval, result, title, crossval.folder / "figures"));
}

}  // namespace giemsa
