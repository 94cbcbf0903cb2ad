#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace giemsa {

/// Values as a chart of Unicode's eighths of blocks, the lines from the top down; the smallest value is one
/// eighth high, the largest fills all `rows`. The chart is `columns` wide when all `total` values (at least
/// as many as there are) are there. Fewer columns than values: each shows the mean of its own. What is no
/// number leaves a gap.
std::vector<std::string> bar_chart(std::span<const double> values, std::size_t total, std::size_t columns,
                                   std::size_t rows);

}  // namespace giemsa
