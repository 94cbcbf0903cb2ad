#include "giemsa/trust/calibration.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

/// Half of these weigh the squares of what is fitted against the log-loss; docs/trust.md says how they were
/// chosen.
constexpr double kTemperaturePrior = 3, kVectorPrior = 10;
constexpr double kLowestScale = 0.01, kHighestScale = 100;
constexpr int kMostSteps = 100;

void check(std::span<const float> logits, std::span<const int> labels, int classes) {
  require(classes >= 1 && logits.size() == labels.size() * static_cast<std::size_t>(classes),
          ErrorKind::Internal, "[trust] logits and labels do not fit");
  for (const int label : labels) {
    require(label >= 0 && label < classes, ErrorKind::Data,
            fmt::format("[trust] label {} is none of the {} classes", label, classes));
  }
  require(std::ranges::all_of(logits, [](float x) { return std::isfinite(x); }), ErrorKind::Data,
          "[trust] a logit is not a finite number",
          "the weights are damaged; train or fetch the model again");
}

/// In place: softmax; returns its logarithm at `label`, exact also where the softmax itself is rounded to 0.
double softmax_in_place(std::span<double> row, std::size_t label) {
  const double largest = *std::ranges::max_element(row), at_label = row[label] - largest;
  double sum = 0;
  for (double& x : row) sum += x = std::exp(x - largest);
  for (double& x : row) x /= sum;
  return at_label - std::log(sum);
}

/// What the log-loss and its prior are about at one ln scale.
struct Slope {
  double first = 0, second = 0;  ///< derivatives by ln scale
};

Slope slope_at(double log_scale, std::span<const float> logits, std::span<const int> labels, std::size_t k) {
  const double scale = std::exp(log_scale);
  Slope slope{kTemperaturePrior * log_scale, kTemperaturePrior};
  std::vector<double> p(k);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = logits.subspan(i * k, k);
    const auto label = static_cast<std::size_t>(labels[i]);
    // Logits relative to the true class: what all have in common is no part of any difference.
    for (std::size_t c = 0; c < k; ++c) p[c] = scale * (static_cast<double>(row[c]) - row[label]);
    softmax_in_place(p, label);
    double mean = 0, square = 0;
    for (std::size_t c = 0; c < k; ++c) {
      const double z = scale * (static_cast<double>(row[c]) - row[label]);
      mean += p[c] * z;
      square += p[c] * z * z;
    }
    slope.first += mean;
    slope.second += mean + square - mean * mean;
  }
  return slope;
}

/// Newton's steps between two bounds that close in, by halves where a step would leave them.
double best_log_scale(std::span<const float> logits, std::span<const int> labels, std::size_t k) {
  double low = std::log(kLowestScale), high = std::log(kHighestScale), at = 0;
  for (int step = 0; step < kMostSteps && high - low > 1e-12; ++step) {
    const Slope slope = slope_at(at, logits, labels, k);
    if (slope.first == 0) return at;
    (slope.first < 0 ? low : high) = at;
    double next = at - slope.first / slope.second;
    if (slope.second <= 0 || next <= low || next >= high) next = (low + high) / 2;
    if (std::abs(next - at) < 1e-12) return next;
    at = next;
  }
  return at;
}

/// The log-loss of vector scaling as a function of t = (ln (scale · T), shift), [2 K].
class VectorLoss {
 public:
  VectorLoss(std::span<const float> logits, std::span<const int> labels, std::size_t k, double scale)
      : labels_(labels), k_(k), centred_(logits.size()), work_(k) {
    for (std::size_t start = 0; start < logits.size(); start += k) {
      double mean = 0;
      for (std::size_t c = 0; c < k; ++c) mean += logits[start + c];
      mean /= static_cast<double>(k);
      for (std::size_t c = 0; c < k; ++c) centred_[start + c] = scale * (logits[start + c] - mean);
    }
  }

  double value(const Eigen::VectorXd& t) const {
    double loss = kVectorPrior / 2 * t.squaredNorm();
    for (std::size_t i = 0; i < labels_.size(); ++i) loss -= log_probability(t, i);
    return loss;
  }

  /// The gradient, and the Gauss–Newton part of the Hessian, which is positive definite everywhere.
  void derivatives(const Eigen::VectorXd& t, Eigen::VectorXd& gradient, Eigen::MatrixXd& hessian) const {
    const auto k = static_cast<Eigen::Index>(k_);
    gradient = kVectorPrior * t;
    hessian = kVectorPrior * Eigen::MatrixXd::Identity(2 * k, 2 * k);
    Eigen::MatrixXd within(k, k);
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      log_probability(t, i);
      const Eigen::Map<const Eigen::VectorXd> p(work_.data(), k);
      const Eigen::Map<const Eigen::VectorXd> z(&centred_[i * k_], k);
      const Eigen::VectorXd by_scale = z.array() * t.head(k).array().exp();
      Eigen::VectorXd off = p;
      off(labels_[i]) -= 1;
      gradient.head(k).array() += off.array() * by_scale.array();
      gradient.tail(k) += off;
      within = -p * p.transpose();
      within.diagonal() += p;
      hessian.bottomRightCorner(k, k) += within;
      hessian.topRightCorner(k, k) += by_scale.asDiagonal() * within;
      hessian.topLeftCorner(k, k) += by_scale.asDiagonal() * within * by_scale.asDiagonal();
    }
    hessian.bottomLeftCorner(k, k) = hessian.topRightCorner(k, k).transpose();
  }

 private:
  /// ln p of the label of picture i; all p are left in work_.
  double log_probability(const Eigen::VectorXd& t, std::size_t i) const {
    for (std::size_t c = 0; c < k_; ++c) {
      const auto at = static_cast<Eigen::Index>(c);
      work_[c] = centred_[i * k_ + c] * std::exp(t(at)) + t(at + static_cast<Eigen::Index>(k_));
    }
    return softmax_in_place(work_, static_cast<std::size_t>(labels_[i]));
  }

  std::span<const int> labels_;
  std::size_t k_;
  std::vector<double> centred_;  ///< [N, K]
  mutable std::vector<double> work_;
};

}  // namespace

bool Calibration::is_temperature() const {
  return std::ranges::all_of(scale, [&](double s) { return s == scale.front(); }) &&
         std::ranges::all_of(shift, [](double s) { return s == 0; });
}

Calibration temperature_scaling(std::span<const float> logits, std::span<const int> labels, int classes) {
  check(logits, labels, classes);
  const auto k = static_cast<std::size_t>(classes);
  return {std::vector<double>(k, std::exp(best_log_scale(logits, labels, k))), std::vector<double>(k)};
}

Calibration vector_scaling(std::span<const float> logits, std::span<const int> labels, int classes) {
  Calibration calibration = temperature_scaling(logits, labels, classes);
  const std::size_t k = calibration.scale.size();
  require(
      k <= kMostVectorClasses, ErrorKind::Usage,
      fmt::format("[trust] vector scaling is for at most {} classes; there are {}", kMostVectorClasses, k),
      "--calibration temperature");
  const VectorLoss loss(logits, labels, k, calibration.scale[0]);
  Eigen::VectorXd t = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(2 * k)), gradient;
  Eigen::MatrixXd hessian;
  double value = loss.value(t);
  for (int step = 0; step < kMostSteps; ++step) {
    loss.derivatives(t, gradient, hessian);
    const Eigen::VectorXd direction = hessian.llt().solve(gradient);
    const double promised = gradient.dot(direction);
    if (!(promised > 1e-18 * (1 + value))) break;
    double length = 1, next = loss.value(t - direction);
    while (!(next <= value - 0.25 * length * promised) && length > 1e-10) {
      length /= 2;
      next = loss.value(t - length * direction);
    }
    if (!(next < value)) break;
    t -= length * direction;
    value = next;
  }
  for (std::size_t c = 0; c < k; ++c) {
    const auto at = static_cast<Eigen::Index>(c);
    calibration.scale[c] *= std::exp(t(at));
    calibration.shift[c] = t(at + static_cast<Eigen::Index>(k));
  }
  return calibration;
}

void calibrated_softmax(const Calibration* calibration, std::span<const float> logits,
                        std::span<double> out) {
  double mean = 0;
  for (const float logit : logits) mean += logit;
  mean /= static_cast<double>(logits.size());
  for (std::size_t c = 0; c < logits.size(); ++c) {
    out[c] = logits[c] - mean;
    if (calibration) out[c] = out[c] * calibration->scale[c] + calibration->shift[c];
  }
  softmax_in_place(out, 0);
}

void flatten(std::span<double> probabilities, double exponent) {
  double sum = 0;
  for (double& p : probabilities) sum += p = std::pow(p, exponent);
  for (double& p : probabilities) p /= sum;
}

}  // namespace giemsa
