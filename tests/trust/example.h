#pragma once
#include <cmath>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/trust/fit_trust.h"

namespace giemsa::testing {

/// Drawn pictures of three classes, for which a well calibrated network would say `truth · logits`.
struct Example {
  static constexpr std::size_t kFeatures = 20;
  std::vector<float> logits, features, training_features;
  std::vector<int> labels, training_labels;

  explicit Example(std::size_t count = 2000, double truth = 2) {
    Random random({7, fnv1a("trust example")});
    for (std::size_t i = 0; i < count; ++i) {
      double p[3], sum = 0;
      for (double& value : p) {
        logits.push_back(static_cast<float>(random.normal(0, 2)));
        sum += value = std::exp(truth * logits.back());
      }
      const double at = random.uniform() * sum;
      labels.push_back(at < p[0] ? 0 : at < p[0] + p[1] ? 1 : 2);
      add_features(labels.back(), random, features);
    }
    for (int i = 0; i < 300; ++i) {
      training_labels.push_back(i % 3);
      add_features(i % 3, random, training_features);
    }
  }

  static void add_features(int label, Random& random, std::vector<float>& to) {
    for (std::size_t d = 0; d < kFeatures; ++d)
      to.push_back(static_cast<float>(random.normal(static_cast<int>(d) == label ? 5 : 1, 0.3)));
  }

  TrustData data() const {
    return {3,
            logits,
            labels,
            {features.data(), labels.size(), kFeatures},
            {training_features.data(), training_labels.size(), kFeatures},
            training_labels};
  }
};

}  // namespace giemsa::testing
