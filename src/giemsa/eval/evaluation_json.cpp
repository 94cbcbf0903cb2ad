#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "giemsa/eval/evaluation.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

/// One line. A class folder's name may not be UTF-8, which JSON must be: such bytes become U+FFFD.
std::string one_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// null where there are no bounds.
Json interval_json(const Interval& interval) {
  return std::isnan(interval.low) ? Json() : Json{interval.low, interval.high};
}

/// The intervals by name.
template <class Of, class Names>
Json named_intervals(const Of& intervals, const Names& names) {
  Json object = Json::object();
  for (const auto& [name, member] : names) object[name] = interval_json(intervals.*member);
  return object;
}

/// With intervals where there was a bootstrap.
Json scores_json(const ClassScores& s, bool with_intervals) {
  Json json{{"name", s.name},      {"precision", s.precision}, {"recall", s.recall},
            {"f1", s.f1},          {"roc_auc", s.roc_auc},     {"average_precision", s.average_precision},
            {"support", s.support}};
  if (with_intervals) json["intervals"] = named_intervals(s.interval, kClassFigures<Interval>);
  return json;
}

Json reliability_json(const Evaluation& e) {
  Json bins = Json::array();
  for (const ReliabilityBin& bin : e.curves.reliability) {
    bins.push_back({{"low", bin.low},
                    {"high", bin.high},
                    {"count", bin.count},
                    {"confidence", bin.confidence},
                    {"accuracy", bin.accuracy}});
  }
  return bins;
}

/// One line per member, and one per item of an array: a person can read the confusion matrix in it.
std::string lines(const Json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    text += fmt::format("{}  {}: ", text.empty() ? "{\n" : ",\n", one_line(key));
    if (!value.is_array()) {
      text += one_line(value);
      continue;
    }
    const char* separator = "[\n    ";
    for (const Json& item : value) {
      text += separator + one_line(item);
      separator = ",\n    ";
    }
    text += "\n  ]";
  }
  return text + "\n}\n";
}

}  // namespace

std::string to_json(const Evaluation& e, const std::vector<std::pair<std::string, std::string>>& context) {
  const bool with_intervals = e.bootstrap.resamples > 0;
  Json pairs = Json::object(), classes = Json::array();
  for (const auto& [key, value] : context) pairs[key] = value;
  for (const ClassScores& scores : e.classes) classes.push_back(scores_json(scores, with_intervals));
  Json json{{"context", pairs}, {"count", e.count}};
  for (const auto& [name, member] : kOverallFigures<double>) json[name] = e.*member;
  if (with_intervals) {
    json["intervals"] = named_intervals(e.interval, kOverallFigures<Interval>);
    json["bootstrap"] = {
        {"resamples", e.bootstrap.resamples}, {"level", e.bootstrap.level}, {"seed", e.bootstrap.seed}};
  }
  json["macro"] = scores_json(e.macro, with_intervals);
  json["weighted"] = scores_json(e.weighted, with_intervals);
  json["classes"] = classes;
  json["medmnist"] = {{"auc", e.medmnist.auc}, {"acc", e.medmnist.acc}};
  json["reliability"] = reliability_json(e);
  json["confusion"] = e.confusion;
  return lines(json);
}

}  // namespace giemsa
