#include "giemsa/metrics/medmnist.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/metrics/confusion.h"
#include "giemsa/metrics/probabilities.h"
#include "giemsa/metrics/roc_auc.h"
#include "giemsa/metrics/scores.h"

namespace giemsa {
namespace {

void check_name(std::string_view what, std::string_view name, std::string_view forbidden) {
  if (name.empty() || name.find_first_of(forbidden) != std::string_view::npos) {
    throw Error(ErrorKind::Usage,
                fmt::format("[medmnist] the {} '{}' cannot stand in a file's name", what, name),
                fmt::format("at least one letter, and none of: {}", forbidden));
  }
}

}  // namespace

MedmnistScore medmnist_score(std::span<const float> probabilities, std::span<const int> labels, int classes) {
  const std::vector<double> areas = one_vs_rest_auc(probabilities, labels, classes);
  if (labels.empty()) return {std::nan(""), std::nan("")};
  if (classes == 2) {
    double right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) right += labels[i] == (probabilities[2 * i + 1] > 0.5f);
    return {areas[1], right / static_cast<double>(labels.size())};
  }
  return {std::accumulate(areas.begin(), areas.end(), 0.0) / classes,
          accuracy(count_confusion(labels, arg_max_rows(probabilities, classes), classes))};
}

std::string medmnist_file_name(std::string_view flag, int size_px, std::string_view split,
                               const MedmnistScore& score, std::string_view run) {
  check_name("data set", flag, "/_");
  check_name("part", split, "/_");
  check_name("run", run, "/");
  require(std::isfinite(score.auc) && std::isfinite(score.acc), ErrorKind::Data,
          "[medmnist] the AUC is not defined: a class is absent, or there is only one",
          "MedMNIST's AUC needs pictures of every class");
  return fmt::format("{}{}_{}_[AUC]{:.3f}_[ACC]{:.3f}@{}.csv", flag,
                     size_px == 28 ? "" : fmt::format("_{}", size_px), split, score.auc, score.acc, run);
}

std::string medmnist_csv(std::span<const float> probabilities, int classes) {
  const auto k_count = static_cast<std::size_t>(classes);
  std::string text;
  for (std::size_t i = 0; i * k_count < probabilities.size(); ++i) {
    text += fmt::format("{}", i);
    for (const float p : probabilities.subspan(i * k_count, k_count)) {
      text += ',';
      text += shortest(p);
    }
    text += '\n';
  }
  return text;
}

}  // namespace giemsa
