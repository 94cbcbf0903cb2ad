#include "giemsa/stats/temperature.h"

#include <algorithm>
#include <cmath>

namespace giemsa {
namespace {

constexpr std::size_t kMostRecords = 4096;
constexpr double kLowest = 0.05, kHighest = 20;
/// Labels are never taken to be all right: one of them in contradiction to a sure prediction would decide
/// alone.
constexpr double kLeastWrong = 1e-3;
/// Probabilities of zero have no logarithm.
constexpr double kLeastProbability = 1e-12;

double power(float probability, double temperature) {
  return std::pow(std::max(static_cast<double>(probability), kLeastProbability), 1 / temperature);
}

/// The smallest value of a function with one valley between `low` and `high`, by golden sections.
template <class Function>
double lowest_point(double low, double high, const Function& function) {
  constexpr double kGolden = 0.6180339887498949;
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double at_a = function(a), at_b = function(b);
  for (int step = 0; step < 30; ++step) {
    if (at_a < at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - kGolden * (high - low);
      at_a = function(a);
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + kGolden * (high - low);
      at_b = function(b);
    }
  }
  return (low + high) / 2;
}

}  // namespace

double fit_temperature(const OutOfFold& predictions, std::span<const int> labels, int classes, double wrong) {
  if (classes < 2) return 1;
  const auto k = static_cast<std::size_t>(classes);
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && predictions.has(i)) asked.push_back(i);
  }
  if (asked.empty()) return 1;
  const std::size_t stride = (asked.size() + kMostRecords - 1) / kMostRecords;
  wrong = std::clamp(wrong, kLeastWrong, 0.5);
  const auto loss = [&](double log_temperature) {
    const double temperature = std::exp(log_temperature);
    double sum = 0;
    for (std::size_t n = 0; n < asked.size(); n += stride) {
      const auto row = predictions.probabilities.subspan(asked[n] * k, k);
      double all = 0;
      for (const float p : row) all += power(p, temperature);
      const double p = power(row[static_cast<std::size_t>(labels[asked[n]])], temperature) / all;
      sum -= std::log((1 - wrong) * p + wrong / (classes - 1) * (1 - p));
    }
    return sum;
  };
  return std::exp(lowest_point(std::log(kLowest), std::log(kHighest), loss));
}

std::vector<float> tempered(std::span<const float> probabilities, int classes, double temperature) {
  const auto k = static_cast<std::size_t>(classes);
  std::vector<float> rows(probabilities.size());
  std::vector<double> powers(k);
  for (std::size_t start = 0; start + k <= rows.size(); start += k) {
    double all = 0;
    for (std::size_t c = 0; c < k; ++c) all += powers[c] = power(probabilities[start + c], temperature);
    for (std::size_t c = 0; c < k; ++c) rows[start + c] = static_cast<float>(powers[c] / all);
  }
  return rows;
}

}  // namespace giemsa
