#include <cmath>
#include <nlohmann/json.hpp>

#include "giemsa/core/csv.h"
#include "giemsa/eval/comparison.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

/// visit(name, value, interval) for every figure of an evaluation.
template <class Visit>
void for_each(const Evaluation& e, Visit visit) {
  for (std::size_t i = 0; i < kOverallFigures<double>.size(); ++i) {
    const auto& [name, value] = kOverallFigures<double>[i];
    visit(std::string(name), e.*value, e.interval.*kOverallFigures<Interval>[i].second);
  }
  const auto visit_scores = [&](const std::string& prefix, const ClassScores& s) {
    visit(prefix + "precision", s.precision, s.interval.precision);
    visit(prefix + "recall", s.recall, s.interval.recall);
    visit(prefix + "f1", s.f1, s.interval.f1);
    visit(prefix + "roc_auc", s.roc_auc, s.interval.roc_auc);
    visit(prefix + "average_precision", s.average_precision, s.interval.average_precision);
  };
  visit_scores("macro_", e.macro);
  visit_scores("weighted_", e.weighted);
}

std::string field(double value) { return std::isnan(value) ? "" : shortest(value); }

Json interval_json(const Interval& interval) {
  return std::isnan(interval.low) ? Json() : Json{interval.low, interval.high};
}

Json difference_json(const PairedDifference& d) {
  return {{"difference", d.difference}, {"interval", interval_json(d.interval)}, {"p", d.p}};
}

Json pair_json(const PairedComparison& pair) {
  return {{"set", pair.set},
          {"first", pair.first},
          {"second", pair.second},
          {"pictures", pair.pictures},
          {"mcnemar",
           {{"only_first", pair.mcnemar.only_first},
            {"only_second", pair.mcnemar.only_second},
            {"exact", pair.mcnemar.exact},
            {"chi_square", pair.mcnemar.chi_square},
            {"p", pair.mcnemar.p}}},
          {"accuracy", difference_json(pair.accuracy)},
          {"macro_f1", difference_json(pair.macro_f1)}};
}

}  // namespace

std::string comparison_csv(const Comparison& c) {
  std::string csv = "model,set,pictures,figure,value,low,high\n";
  for (std::size_t m = 0; m < c.models.size(); ++m) {
    for (std::size_t s = 0; s < c.sets.size(); ++s) {
      if (!c.figures[m][s]) continue;
      const Evaluation& e = *c.figures[m][s];
      for_each(e, [&](const std::string& name, double value, const Interval& interval) {
        append_csv_row(csv, {c.models[m], c.sets[s], std::to_string(e.count), name, field(value),
                             field(interval.low), field(interval.high)});
      });
    }
  }
  return csv;
}

std::string comparison_pairs_csv(const Comparison& c) {
  std::string csv =
      "set,first,second,pictures,only_first_right,only_second_right,mcnemar_test,chi_square,mcnemar_p,"
      "accuracy_difference,"
      "accuracy_low,accuracy_high,accuracy_p,macro_f1_difference,macro_f1_low,macro_f1_high,macro_f1_p\n";
  for (const PairedComparison& pair : c.pairs) {
    std::vector<std::string> row{pair.set,
                                 pair.first,
                                 pair.second,
                                 std::to_string(pair.pictures),
                                 std::to_string(pair.mcnemar.only_first),
                                 std::to_string(pair.mcnemar.only_second),
                                 pair.mcnemar.exact ? "binomial" : "chi_square",
                                 field(pair.mcnemar.chi_square),
                                 field(pair.mcnemar.p)};
    for (const PairedDifference& d : {pair.accuracy, pair.macro_f1}) {
      for (const double value : {d.difference, d.interval.low, d.interval.high, d.p})
        row.push_back(field(value));
    }
    append_csv_row(csv, row);
  }
  return csv;
}

std::string comparison_json(const Comparison& c) {
  Json figures = Json::array(), pairs = Json::array();
  for (std::size_t m = 0; m < c.models.size(); ++m) {
    for (std::size_t s = 0; s < c.sets.size(); ++s) {
      if (!c.figures[m][s]) continue;
      const Evaluation& e = *c.figures[m][s];
      Json item{{"model", c.models[m]}, {"set", c.sets[s]}, {"pictures", e.count}};
      for_each(e, [&](const std::string& name, double value, const Interval& interval) {
        item["figures"][name] = {{"value", value}, {"interval", interval_json(interval)}};
      });
      figures.push_back(item);
    }
  }
  for (const PairedComparison& pair : c.pairs) pairs.push_back(pair_json(pair));
  const Json json{
      {"bootstrap",
       {{"resamples", c.bootstrap.resamples}, {"level", c.bootstrap.level}, {"seed", c.bootstrap.seed}}},
      {"models", c.models},
      {"sets", c.sets},
      {"evaluations", figures},
      {"pairs", pairs},
      {"notes", c.notes}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace giemsa
