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
/// Throws Data naming file and row: missing columns, a class without a column, a probability outside [0, 1],
/// rows that do not sum to one within 1e-3, a `predicted` that is not the largest probability.
Predictions read_predictions(const std::filesystem::path& csv);

}  // namespace giemsa
