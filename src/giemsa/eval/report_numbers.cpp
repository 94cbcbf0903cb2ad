#include "giemsa/eval/report_numbers.h"

#include <fmt/format.h>

#include <cmath>

#include "giemsa/page/parts.h"
#include "giemsa/page/table.h"

namespace giemsa::report {
namespace {

/// An interval without extent says nothing: every resample of pictures that are all right is all right.
bool says_something(const Interval& interval) {
  return std::isfinite(interval.low) && std::isfinite(interval.high) && interval.low < interval.high;
}

}  // namespace

std::string per_cent_interval(const Interval& interval) {
  return says_something(interval) ? fmt::format("{:.2f}–{:.2f}", 100 * interval.low, 100 * interval.high)
                                  : "";
}

std::string number_interval(const Interval& interval) {
  if (!says_something(interval)) return "";
  return fmt::format("{:.4f}{}{:.4f}", interval.low, interval.low < 0 ? " to " : "–", interval.high);
}

std::string share_cell(double share, const Interval& interval) {
  return page::with_below(page::per_cent_digits(share), per_cent_interval(interval));
}

std::string number_cell(double value, const Interval& interval) {
  return page::with_below(page::number(value), number_interval(interval));
}

}  // namespace giemsa::report
