// Gamma variates: G. Marsaglia, W. W. Tsang, "A Simple Method for Generating Gamma Variables", ACM
// Transactions on Mathematical Software 26 (2000). Shapes below 1 by their section 6: Γ(a) = Γ(a + 1) ·
// U^(1/a).
#include "giemsa/core/random_beta.h"

#include <cmath>

namespace giemsa {

double log_gamma_variate(Random& random, double shape) {
  double log_boost = 0;
  if (shape < 1) {
    log_boost = std::log(1 - random.uniform()) / shape;
    shape += 1;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal();
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = 1 - random.uniform();
    if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return log_boost + std::log(d * v);
  }
}

double beta_variate(Random& random, double a, double b) {
  const double log_x = log_gamma_variate(random, a), log_y = log_gamma_variate(random, b);
  return 1 / (1 + std::exp(log_y - log_x));
}

}  // namespace giemsa
