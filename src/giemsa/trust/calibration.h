#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace giemsa {

/// How logits become ones whose softmax may be believed: logit · scale + shift, class by class.
struct Calibration {
  std::vector<double> scale;  ///< [K], positive; temperature scaling: 1 / temperature, the same for all
  std::vector<double> shift;  ///< [K]; temperature scaling: 0

  /// Whether one scale, and no shift, holds for all classes.
  bool is_temperature() const;
};

/// Most classes that vector scaling is fitted for: its 2 K numbers come from a matrix of (2 K)².
inline constexpr std::size_t kMostVectorClasses = 256;

/// Temperature scaling (Guo et al. 2017, arXiv 1706.04599): one scale for all classes, which leaves the
/// answers as they are. Minimises the log-loss in nats, summed over the pictures, plus 3/2 · (ln scale)²,
/// ours: pictures that are all named rightly would ask for an endless scale. The scale stays in [0.01, 100].
/// logits: [N, K], labels: [N] in [0, K). N = 0 gives scale 1. Throws Internal for shapes that do not fit,
/// Data for a label outside and for a logit that is not finite.
Calibration temperature_scaling(std::span<const float> logits, std::span<const int> labels, int classes);

/// Vector scaling (the same paper): a scale and a shift for each class, which corrects a network that prefers
/// some classes. Starts from the temperature and minimises the log-loss plus 5 · Σ (ln (scale_k · T))² +
/// 5 · Σ shift_k², ours, so that a class with few pictures stays near the common scale. Throws as
/// temperature_scaling; Usage for more than kMostVectorClasses classes.
Calibration vector_scaling(std::span<const float> logits, std::span<const int> labels, int classes);

/// softmax((logits − their mean) · scale + shift); without a calibration plain softmax. logits, out: [K],
/// finite.
void calibrated_softmax(const Calibration* calibration, std::span<const float> logits, std::span<double> out);

/// Makes probabilities less sure: p^exponent / Σ, with an exponent from [0, 1]. Their order stays.
void flatten(std::span<double> probabilities, double exponent);

}  // namespace giemsa
