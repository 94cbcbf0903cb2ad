#pragma once
#include <cstdint>

#include "giemsa/metrics/bootstrap.h"

namespace giemsa {

/// Where the true share lies with 95 % confidence when a share of `count` was observed (Wilson 1927,
/// doi:10.1080/01621459.1927.10502953). share: 0 to 1; NaN bounds for a count of 0.
Interval wilson_interval(double share, std::int64_t count);

}  // namespace giemsa
