#include "giemsa/eval/restriction.h"

#include <algorithm>
#include <set>

namespace giemsa {

std::vector<int> labelled_classes(const Predictions& predictions) {
  std::set<int> classes(predictions.labels.begin(), predictions.labels.end());
  classes.erase(-1);
  return {classes.begin(), classes.end()};
}

Predictions restricted_to(const Predictions& predictions, std::span<const int> classes) {
  Predictions result;
  std::vector<int> number(predictions.classes.size(), -1);  // of a class among those that stay
  for (const int c : classes) {
    number[static_cast<std::size_t>(c)] = static_cast<int>(result.classes.size());
    result.classes.push_back(predictions.classes[static_cast<std::size_t>(c)]);
  }
  result.ids = predictions.ids;
  result.paths = predictions.paths;
  for (const int label : predictions.labels)
    result.labels.push_back(label < 0 ? -1 : number[static_cast<std::size_t>(label)]);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    double sum = 0;
    for (const int c : classes) sum += predictions.row(i)[c];
    for (const int c : classes) {
      result.probabilities.push_back(static_cast<float>(sum > 0 ? predictions.row(i)[c] / sum
                                                                : 1 / static_cast<double>(classes.size())));
    }
  }
  return result;
}

}  // namespace giemsa
