// Seconds of CPU time that figures take: the AUC and average precision of N pictures by rank, and the
// intervals of all figures of M pictures by a number of resamples, on one thread; 8 classes.
//
//   bench_metrics [N [M [RESAMPLES]]]   (1000000 1364 2000)
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/metrics/average_precision.h"
#include "giemsa/metrics/measurement.h"
#include "giemsa/metrics/roc_auc.h"

namespace {

constexpr int kClasses = 8;

struct Answers {
  std::vector<int> labels;           // [N]
  std::vector<float> probabilities;  // [N, K]
};

/// Of a model that is right about nine times in ten.
Answers draw_answers(std::size_t n) {
  giemsa::Random random({1, n});
  Answers answers;
  for (std::size_t i = 0; i < n; ++i) {
    const auto label = random.below(kClasses);
    double row[kClasses], sum = 0;
    for (std::size_t k = 0; k < kClasses; ++k) sum += row[k] = std::exp(random.normal() + 4.0 * (k == label));
    for (const double p : row) answers.probabilities.push_back(static_cast<float>(p / sum));
    answers.labels.push_back(static_cast<int>(label));
  }
  return answers;
}

template <class Work>
void time_cpu(const std::string& what, Work work) {
  const std::clock_t start = std::clock();
  const double result = work();
  fmt::print("{:<58} {:>8.3f} s   ({:.6f})\n", what,
             static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, result);
}

}  // namespace

int main(int count, char** arguments) {
  using namespace giemsa;
  const auto number = [&](int i, std::int64_t otherwise) {
    return count > i ? std::atoll(arguments[i]) : otherwise;
  };
  const auto n = static_cast<std::size_t>(number(1, 1'000'000)),
             m = static_cast<std::size_t>(number(2, 1364));
  const BootstrapOptions options{.resamples = number(3, 2000), .threads = 1};

  const Answers many = draw_answers(n);
  time_cpu(fmt::format("ROC AUC of {} x {}", n, kClasses),
           [&] { return macro_auc(one_vs_rest_auc(many.probabilities, many.labels, kClasses)); });
  time_cpu(fmt::format("average precision of {} x {}", n, kClasses), [&] {
    return macro_auc(one_vs_rest_average_precision(many.probabilities, many.labels, kClasses));
  });

  const Answers few = draw_answers(m);
  const Measurement measurement(few.probabilities, few.labels, kClasses);
  time_cpu(fmt::format("all figures of {} x {}", m, kClasses),
           [&] { return measurement.figures().overall.accuracy; });
  time_cpu(fmt::format("their intervals by {} resamples", options.resamples),
           [&] { return measurement.intervals(options).overall.accuracy.low; });
}
