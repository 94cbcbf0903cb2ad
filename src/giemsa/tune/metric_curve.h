#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

/// The validation figures of a run, one an epoch: the field val_<metric> of its metrics.jsonl. None when the
/// file is not there yet; NaN for a figure that is no number. Throws Data for a malformed file, and, naming
/// the nearest, where it has no such figure.
std::vector<double> metric_curve(const std::filesystem::path& jsonl, const std::string& metric);

/// Whether less of it is better; more is of all others.
inline bool lower_is_better(std::string_view metric) { return metric == "loss"; }

/// Whether `a` is better than `b`; a number is better than NaN.
bool better(double a, double b, std::string_view metric);

/// The best of a curve; NaN when it has no number.
double best_of(const std::vector<double>& curve, std::string_view metric);

/// The first epoch, counted from 1, of the best figure; 0 when there is none.
std::size_t best_epoch(const std::vector<double>& curve, std::string_view metric);

}  // namespace giemsa
