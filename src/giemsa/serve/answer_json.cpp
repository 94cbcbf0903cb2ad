#include "giemsa/serve/answer_json.h"

#include <nlohmann/json.hpp>

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string answer_json(const std::string& name, const Classifier& classifier, const Judgement& judgement) {
  const auto class_name = [&](int c) { return classifier.classes()[static_cast<std::size_t>(c)]; };
  Json answer{{"name", name},
              {"status", verdict_name(judgement.verdict)},
              {"class", class_name(judgement.answer)},
              {"confidence", judgement.confidence}};
  if (judgement.abstains()) answer["reason"] = reason(classifier.model().trust, judgement);
  if (judgement.set) {
    Json& set = answer["set"] = Json::array();
    for (const int c : *judgement.set) set.push_back(class_name(c));
  }
  if (judgement.novelty) answer["novelty"] = *judgement.novelty;
  Json& probabilities = answer["probabilities"] = Json::object();
  for (std::size_t c = 0; c < classifier.classes().size(); ++c)
    probabilities[classifier.classes()[c]] = judgement.probabilities[c];
  return text_of(answer);
}

std::string unreadable_json(const std::string& name, std::string_view reason) {
  return text_of(Json{{"name", name}, {"status", "unreadable"}, {"reason", reason}});
}

}  // namespace giemsa
