#pragma once
#include <cstddef>
#include <string>

#include "giemsa/metrics/bootstrap.h"

namespace giemsa::report {

/// "97.95–99.19", per cent; "" without bounds or extent.
std::string per_cent_interval(const Interval& interval);
/// "0.0412–0.0933", "-0.0163 to 0.0024"; "" without bounds or extent.
std::string number_interval(const Interval& interval);

/// A cell: per cent, its interval below.
std::string share_cell(double share, const Interval& interval);
/// A cell: four digits, the interval below.
std::string number_cell(double value, const Interval& interval);

/// Of a curve: more are not seen.
inline constexpr std::size_t kMostPoints = 400;

}  // namespace giemsa::report
