#pragma once
#include "giemsa/core/random.h"

namespace giemsa {

/// The logarithm of a gamma variate of this shape and scale 1; shape > 0. The logarithm, because for small
/// shapes most variates are too close to 0 for a double.
double log_gamma_variate(Random& random, double shape);

/// A Beta(a, b) variate in [0, 1]; a, b > 0.
double beta_variate(Random& random, double a, double b);

}  // namespace giemsa
