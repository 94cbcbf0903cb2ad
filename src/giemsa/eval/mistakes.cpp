#include "giemsa/eval/mistakes.h"

#include <algorithm>

namespace giemsa {

std::vector<std::size_t> worst_mistakes(const Predictions& predictions, std::size_t limit) {
  struct Mistake {
    std::size_t index;
    float confidence;
  };
  std::vector<Mistake> mistakes;
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const int named = predictions.predicted(i);
    if (predictions.labels[i] < 0 || predictions.labels[i] == named) continue;
    mistakes.push_back({i, predictions.row(i)[named]});
  }
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [](const Mistake& a, const Mistake& b) { return a.confidence > b.confidence; });
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < std::min(limit, mistakes.size()); ++i) indices.push_back(mistakes[i].index);
  return indices;
}

}  // namespace giemsa
