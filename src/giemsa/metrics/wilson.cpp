#include "giemsa/metrics/wilson.h"

#include <algorithm>
#include <cmath>

namespace giemsa {

Interval wilson_interval(double share, std::int64_t count) {
  if (count == 0) return {};
  constexpr double z = 1.959963984540054;
  const auto n = static_cast<double>(count);
  const double middle = share + z * z / (2 * n);
  const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double scale = 1 / (1 + z * z / n);
  // At shares of 0 and 1 rounding would leave a bound just outside.
  return {std::max(0.0, scale * (middle - half)), std::min(1.0, scale * (middle + half))};
}

}  // namespace giemsa
