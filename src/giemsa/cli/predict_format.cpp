#include "giemsa/cli/predict_format.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "giemsa/core/csv.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

/// As a part of a document indented by two: its further lines `depth` columns to the right.
std::string indented(const Json& json, std::size_t depth) {
  std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  const std::string line_end = fmt::format("\n{:{}}", "", depth);
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + line_end.size()))
    text.replace(at, 1, line_end);
  return text;
}

std::vector<std::string> set_of(const Classifier& classifier, const Judgement& judgement) {
  std::vector<std::string> names;
  if (!judgement.set) return names;
  for (const int c : *judgement.set) names.push_back(classifier.classes()[static_cast<std::size_t>(c)]);
  return names;
}

}  // namespace

std::string PredictFormat::head() const {
  if (json_) return "{\n  \"predictions\": [";
  std::vector<std::string> fields{"path", "predicted", "reason", "set", "novelty"};
  for (const std::string& name : classifier_.classes()) fields.push_back("p_" + name);
  std::string text;
  append_csv_row(text, fields);
  return text;
}

std::string PredictFormat::row(const std::string& path, const Judgement& judgement) const {
  return json_ ? json_row(path, judgement) : csv_row(path, judgement);
}

std::string PredictFormat::tail(bool has_rows, std::span<const Finding> findings, std::size_t more) const {
  if (!json_) return "";
  Json failed = Json::array();
  for (const Finding& finding : findings) {
    failed.push_back({{"path", finding.record}, {"reason", finding.reason}, {"evidence", finding.evidence}});
  }
  return fmt::format("{}],\n  \"findings\": {}{}\n}}\n", has_rows ? "\n  " : "", indented(failed, 2),
                     more > 0 ? fmt::format(",\n  \"further_findings\": {}", more) : "");
}

std::string PredictFormat::answer_of(const Judgement& judgement) const {
  if (judgement.abstains() && !answer_all_) return kAbstain;
  return classifier_.classes()[static_cast<std::size_t>(judgement.answer)];
}

std::string PredictFormat::csv_row(const std::string& path, const Judgement& judgement) const {
  std::vector<std::string> fields{path, answer_of(judgement), reason(classifier_.model().trust, judgement),
                                  join(set_of(classifier_, judgement), "|"),
                                  judgement.novelty ? shortest(*judgement.novelty) : ""};
  for (const float p : judgement.probabilities) fields.push_back(shortest(p));
  std::string text;
  append_csv_row(text, fields);
  return text;
}

std::string PredictFormat::json_row(const std::string& path, const Judgement& judgement) const {
  Json result{{"path", path}, {"predicted", answer_of(judgement)}};
  if (judgement.abstains()) result["reason"] = reason(classifier_.model().trust, judgement);
  if (judgement.set) result["set"] = set_of(classifier_, judgement);
  if (judgement.novelty) result["novelty"] = *judgement.novelty;
  for (std::size_t c = 0; c < classifier_.classes().size(); ++c)
    result["probabilities"][classifier_.classes()[c]] = judgement.probabilities[c];
  return indented(result, 4);
}

}  // namespace giemsa
