#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace giemsa {

/// What a model said of a set of pictures. Everything that is measured is measured from this.
struct Predictions {
  std::vector<std::string> classes;
  std::vector<std::string> ids, paths;  ///< [N]
  std::vector<int> labels;              ///< [N]; -1: not labelled
  std::vector<float> probabilities;     ///< [N, K], rows sum to one

  std::size_t size() const { return ids.size(); }
  const float* row(std::size_t i) const { return probabilities.data() + i * classes.size(); }
  int predicted(std::size_t i) const;  ///< arg-max; the first of equals
};

/// Throws Internal when the parts do not fit together, Data for a label outside -1…K-1.
void check_shape(const Predictions& predictions);

/// `id,path,label,predicted,p_<class>…`, atomically; an empty label for a picture without one;
/// numbers as the shortest text that reads back the same.
void write_predictions(const std::filesystem::path& csv, const Predictions& predictions);
/// Also reads the file of another program: columns may stand in any order, and those of other names are
/// passed over. A row may be off from a sum of one by 0.01, as rounded numbers are; it is measured as it
/// stands (only the log-loss divides by the sum). More is an error, not something to mend: such numbers are
/// no probabilities, and what follows from them (calibration, log-loss, Brier) would mean nothing. Throws
/// Data naming file and row: missing columns, more than 10,000 classes, a class without a column, a
/// probability outside [0, 1], rows that do not sum to one, a `predicted` that is not the largest
/// probability.
Predictions read_predictions(const std::filesystem::path& csv);

}  // namespace giemsa
