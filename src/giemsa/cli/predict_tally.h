#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "giemsa/data/record.h"
#include "giemsa/predict/differential_count.h"
#include "giemsa/trust/trust.h"

namespace giemsa {

/// What `giemsa predict` says at its end: the differential count, and the first of the pictures that could
/// not be read.
class PredictTally {
 public:
  PredictTally(const std::vector<std::string>& classes, bool answer_all)
      : classes_(classes), count_(classes), answer_all_(answer_all) {}

  void add(Verdict verdict, int answer);
  /// A row that an earlier run wrote. Throws Usage when it has no such class.
  void add_row(const std::vector<std::string>& fields);
  void add(Finding finding);

  const DifferentialCount& count() const { return count_; }
  const std::vector<Finding>& findings() const { return findings_; }
  /// Findings that were not kept.
  std::size_t more_findings() const {
    return static_cast<std::size_t>(count_.unreadable()) - findings_.size();
  }
  /// On stderr.
  void say_all() const;

 private:
  std::vector<std::string> classes_;
  DifferentialCount count_;
  std::vector<Finding> findings_;
  bool answer_all_;
};

}  // namespace giemsa
