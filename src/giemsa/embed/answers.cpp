#include "giemsa/embed/answers.h"

#include <limits>

namespace {

/// Nothing where there is no such answer.
const giemsa_answers::Answer* answer(const giemsa_answers* answers, std::size_t index) {
  return answers && index < answers->all.size() ? &answers->all[index] : nullptr;
}

/// Nothing of an unreadable picture, too.
const giemsa_answers::Answer* readable(const giemsa_answers* answers, std::size_t index) {
  const giemsa_answers::Answer* found = answer(answers, index);
  return found && found->verdict != GIEMSA_UNREADABLE ? found : nullptr;
}

template <class T>
const T* begin_of(const std::vector<T>* values, std::size_t* count) {
  static constexpr T kNothing{};  // an empty set is not the same as none
  if (count) *count = values ? values->size() : 0;
  if (!values) return nullptr;
  return values->empty() ? &kNothing : values->data();
}

}  // namespace

void giemsa_answers_free(giemsa_answers* answers) { delete answers; }

size_t giemsa_answers_count(const giemsa_answers* answers) { return answers ? answers->all.size() : 0; }

giemsa_verdict giemsa_answer_verdict(const giemsa_answers* answers, size_t index) {
  const auto* found = answer(answers, index);
  return found ? found->verdict : GIEMSA_UNREADABLE;
}

size_t giemsa_answer_class(const giemsa_answers* answers, size_t index) {
  const auto* found = readable(answers, index);
  return found ? static_cast<size_t>(found->judgement.answer) : GIEMSA_NO_CLASS;
}

float giemsa_answer_confidence(const giemsa_answers* answers, size_t index) {
  const auto* found = readable(answers, index);
  return found ? found->judgement.confidence : 0;
}

const float* giemsa_answer_probabilities(const giemsa_answers* answers, size_t index, size_t* count) {
  const auto* found = readable(answers, index);
  return begin_of(found ? &found->judgement.probabilities : nullptr, count);
}

const size_t* giemsa_answer_set(const giemsa_answers* answers, size_t index, size_t* count) {
  const auto* found = readable(answers, index);
  return begin_of(found && found->judgement.set ? &found->set : nullptr, count);
}

float giemsa_answer_novelty(const giemsa_answers* answers, size_t index) {
  const auto* found = readable(answers, index);
  return found ? found->judgement.novelty.value_or(std::numeric_limits<float>::quiet_NaN())
               : std::numeric_limits<float>::quiet_NaN();
}

const char* giemsa_answer_reason(const giemsa_answers* answers, size_t index) {
  const auto* found = answer(answers, index);
  return found ? found->reason.c_str() : "";
}
