#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "giemsa/eval/evaluation.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

/// One line. A class folder's name may not be UTF-8, which JSON must be: such bytes become U+FFFD.
std::string one_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json scores_json(const ClassScores& s) {
  return {{"name", s.name}, {"precision", s.precision}, {"recall", s.recall},
          {"f1", s.f1},     {"roc_auc", s.roc_auc},     {"support", s.support}};
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
  Json pairs = Json::object(), classes = Json::array();
  for (const auto& [key, value] : context) pairs[key] = value;
  for (const ClassScores& scores : e.classes) classes.push_back(scores_json(scores));
  return lines({{"context", pairs},
                {"count", e.count},
                {"accuracy", e.accuracy},
                {"balanced_accuracy", e.balanced_accuracy},
                {"roc_auc", e.roc_auc},
                {"log_loss", e.log_loss},
                {"macro", scores_json(e.macro)},
                {"weighted", scores_json(e.weighted)},
                {"classes", classes},
                {"confusion", e.confusion}});
}

}  // namespace giemsa
