#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "giemsa/data/record.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {

/// How `giemsa predict` writes its answers, piece by piece.
class PredictFormat {
 public:
  /// `answer_all`: a class even where the model abstains. The classifier is kept by reference.
  PredictFormat(const Classifier& classifier, bool json, bool answer_all)
      : classifier_(classifier), json_(json), answer_all_(answer_all) {}

  /// What comes before the first row.
  std::string head() const;
  /// One picture's answer. Safe to call from several threads at once.
  std::string row(const std::string& path, const Judgement& judgement) const;
  /// What stands before a row.
  const char* lead(bool is_first) const { return !json_ ? "" : is_first ? "\n    " : ",\n    "; }
  /// What comes behind the last row. `more`: findings that were not kept.
  std::string tail(bool has_rows, std::span<const Finding> findings, std::size_t more) const;

 private:
  std::string answer_of(const Judgement& judgement) const;
  std::string csv_row(const std::string& path, const Judgement& judgement) const;
  std::string json_row(const std::string& path, const Judgement& judgement) const;

  const Classifier& classifier_;
  bool json_, answer_all_;
};

/// Stands in the column `predicted` in place of a class.
inline constexpr const char* kAbstain = "abstain";

}  // namespace giemsa
