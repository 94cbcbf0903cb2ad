#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/page/drawing.h"
#include "giemsa/runs/stages.h"

namespace giemsa {

struct Curve {
  std::string title;  ///< in the key; giemsa's own words, since it stands in a script
  page::Ink ink;
  int dashes = 1;              ///< gnuplot's dash type: 1 is a solid line
  std::vector<double> values;  ///< of the epochs from 1 on; NaN: none
};

/// Curves over the epochs.
struct CurveFigure {
  std::string name;     ///< of its files
  std::string caption;  ///< plain text
  std::vector<Curve> curves;
  bool log = false;  ///< whether the axis may be logarithmic, where that shows more
  std::vector<std::int64_t> stage_begins = {};  ///< epochs with a line before them
  std::int64_t marked = 0;                      ///< an epoch with a dotted line; 0: none
};

/// Draws the figure into `folder`, beside its script and its data (page/drawing.h), and returns it as part of
/// a page; "" when no curve has a number. Throws Io when gnuplot cannot draw.
std::string draw_curves(const std::filesystem::path& folder, const CurveFigure& figure);

/// The first epochs of all stages but the first that has any.
std::vector<std::int64_t> stage_begins(const std::vector<EpochRecord>& epochs);

}  // namespace giemsa
