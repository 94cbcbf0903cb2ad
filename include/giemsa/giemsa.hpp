#pragma once
// giemsa inside C++ programs (C++17 and later): giemsa.h with objects and exceptions. All of it is in this
// header, so that the program and the library need not be built by the same compiler.
//
//     const giemsa::embed::Model model;
//     const giemsa::embed::Answer answer = model.classify(giemsa_encoded{jpeg.data(), jpeg.size()});
//     if (answer.is_answered()) std::cout << model.class_name(answer.class_index) << '\n';

#include <giemsa/giemsa.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace giemsa::embed {

/// A call that failed. what() says who, what was got, what was expected.
class Error : public std::runtime_error {
 public:
  /// Of the last call of this thread.
  explicit Error(giemsa_status kind) : std::runtime_error(giemsa_last_error()), kind_(kind) {
    hint_ = giemsa_last_hint();
  }
  giemsa_status kind() const { return kind_; }
  /// What to do about it; "" where nothing is known.
  const std::string& hint() const { return hint_; }

 private:
  giemsa_status kind_;
  std::string hint_;
};

/// What is said of a picture; giemsa.h has each in full.
struct Answer {
  giemsa_verdict verdict = GIEMSA_UNREADABLE;
  std::size_t class_index = GIEMSA_NO_CLASS;  ///< the most probable
  float confidence = 0;                       ///< its probability
  std::vector<float> probabilities;           ///< of all classes; empty of an unreadable picture
  std::optional<std::vector<std::size_t>> set;
  std::optional<float> novelty;
  std::string reason;  ///< why it is not answered

  bool is_answered() const { return verdict == GIEMSA_ANSWERED; }
};

/// A model. Safe to use from several threads at once; moved, not copied.
class Model {
 public:
  /// The model that is used where none is named. Throws Error, as all that follows.
  Model() : Model(nullptr) {}
  /// A model folder, a run folder or the name of a model that came with giemsa.
  explicit Model(const char* folder) {
    giemsa_model* opened = nullptr;
    if (const giemsa_status status = giemsa_open(folder, &opened); status != GIEMSA_OK) throw Error(status);
    handle_.reset(opened);
  }
  explicit Model(const std::string& folder) : Model(folder.c_str()) {}

  std::size_t class_count() const { return giemsa_class_count(handle_.get()); }
  /// UTF-8; lives as long as the model.
  std::string_view class_name(std::size_t index) const { return giemsa_class_name(handle_.get(), index); }
  std::vector<std::string_view> classes() const {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < class_count(); ++i) names.push_back(class_name(i));
    return names;
  }

  Answer classify(const giemsa_pixels& p) const {
    return first_of([&](giemsa_answers** answers) {
      return giemsa_classify_pixels(handle_.get(), p.rgb, p.width, p.height, p.stride_bytes, answers);
    });
  }
  Answer classify(const giemsa_encoded& e) const {
    return first_of([&](giemsa_answers** answers) {
      return giemsa_classify_encoded(handle_.get(), e.bytes, e.size, answers);
    });
  }

  /// threads: 0 means one per processor.
  std::vector<Answer> classify(const std::vector<giemsa_pixels>& pictures, std::size_t threads = 0) const {
    return answers_of([&](giemsa_answers** answers) {
      return giemsa_classify_pixels_batch(handle_.get(), pictures.data(), pictures.size(), threads, answers);
    });
  }
  /// A picture that is not readable is no error: its verdict is GIEMSA_UNREADABLE.
  std::vector<Answer> classify(const std::vector<giemsa_encoded>& pictures, std::size_t threads = 0) const {
    return answers_of([&](giemsa_answers** answers) {
      return giemsa_classify_encoded_batch(handle_.get(), pictures.data(), pictures.size(), threads, answers);
    });
  }

  /// For calls of giemsa.h; it stays the model's.
  const giemsa_model* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(giemsa_model* model) const { giemsa_close(model); }
  };
  struct Free {
    void operator()(giemsa_answers* answers) const { giemsa_answers_free(answers); }
  };

  template <class Ask>
  static std::vector<Answer> answers_of(const Ask& ask) {
    giemsa_answers* given = nullptr;
    if (const giemsa_status status = ask(&given); status != GIEMSA_OK) throw Error(status);
    const std::unique_ptr<giemsa_answers, Free> answers(given);
    std::vector<Answer> copies;
    for (std::size_t i = 0; i < giemsa_answers_count(given); ++i) copies.push_back(copy(given, i));
    return copies;
  }
  template <class Ask>
  static Answer first_of(const Ask& ask) {
    std::vector<Answer> answers = answers_of(ask);
    return std::move(answers.front());
  }
  static Answer copy(const giemsa_answers* answers, std::size_t index) {
    Answer answer;
    answer.verdict = giemsa_answer_verdict(answers, index);
    answer.class_index = giemsa_answer_class(answers, index);
    answer.confidence = giemsa_answer_confidence(answers, index);
    std::size_t count = 0;
    if (const float* shares = giemsa_answer_probabilities(answers, index, &count))
      answer.probabilities.assign(shares, shares + count);
    if (const std::size_t* set = giemsa_answer_set(answers, index, &count))
      answer.set.emplace(set, set + count);
    const float novelty = giemsa_answer_novelty(answers, index);
    if (novelty >= 0) answer.novelty = novelty;  // NaN is not
    answer.reason = giemsa_answer_reason(answers, index);
    return answer;
  }

  std::unique_ptr<giemsa_model, Close> handle_;
};

}  // namespace giemsa::embed
