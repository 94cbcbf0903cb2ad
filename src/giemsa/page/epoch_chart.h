#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/page/chart.h"

namespace giemsa::page {

/// A line over the epochs 1, 2, …; values: [epochs], NaN where an epoch has none.
Series epoch_series(std::string title, const Ink& ink, std::vector<double> values);

/// What is marked along the epochs.
struct EpochMarks {
  std::vector<std::int64_t> begins;  ///< epochs with a thin line before them: a stage begins
  std::int64_t kept = 0;             ///< an epoch with a dotted line: its weights are the model; 0: none
};

/// Lines over the epochs, of which x are the numbers.
Chart epoch_chart(std::string name, std::string caption, std::vector<Series> series,
                  const EpochMarks& marks = {});

/// Whether a plain axis would hide the small ones among the positive values of the chart.
bool wants_log(const Chart& chart);

}  // namespace giemsa::page
