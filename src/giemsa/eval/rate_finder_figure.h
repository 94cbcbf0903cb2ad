#pragma once
#include <filesystem>
#include <span>
#include <string>

namespace giemsa {

/// What a range test of learning rates found: of each step its rate, loss and smoothed loss, and the rates to
/// mark.
struct RateFinderCurve {
  std::span<const double> rates, losses, smoothed;  // [steps]
  double steepest, lowest_tenth;
};

/// Draws the losses over the rates into `folder` as learning_rate.svg, beside its script and its data
/// learning_rate.csv (page/gnuplot.h). Returns the SVG. Throws Io when gnuplot cannot draw.
std::string draw_rate_finder(const std::filesystem::path& folder, const RateFinderCurve& curve);

}  // namespace giemsa
