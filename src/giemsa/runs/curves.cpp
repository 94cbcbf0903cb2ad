#include "giemsa/runs/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "giemsa/core/csv.h"

namespace giemsa {
namespace {

using page::Ink;
using page::kText;

bool has_numbers(const Curve& curve) {
  return std::ranges::any_of(curve.values, [](double value) { return std::isfinite(value); });
}

std::size_t epochs_of(const std::vector<Curve>& curves) {
  std::size_t epochs = 0;
  for (const Curve& curve : curves) epochs = std::max(epochs, curve.values.size());
  return epochs;
}

std::string data_of(const std::vector<Curve>& curves) {
  std::vector<std::string> row = {"epoch"};
  for (const Curve& curve : curves) row.push_back(curve.title);
  std::string csv;
  append_csv_row(csv, row);
  for (std::size_t i = 0; i < epochs_of(curves); ++i) {
    row = {std::to_string(i + 1)};
    for (const Curve& curve : curves) {
      const bool number = i < curve.values.size() && std::isfinite(curve.values[i]);
      row.push_back(number ? shortest(curve.values[i]) : "nan");
    }
    append_csv_row(csv, row);
  }
  return csv;
}

/// Whether a plain axis would hide the small ones among the values.
bool wants_log(const std::vector<Curve>& curves) {
  constexpr double kWideRange = 20;
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const Curve& curve : curves) {
    for (const double value : curve.values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return low > 0 && high > kWideRange * low;
}

std::string vertical_line(double epoch, const Ink& ink, const char* style) {
  return fmt::format("set arrow from {0},graph 0 to {0},graph 1 nohead lc rgb \"{1}\" {2}\n", epoch,
                     ink.hex(), style);
}

std::string script_of(const CurveFigure& figure, const std::vector<Curve>& curves) {
  const std::size_t epochs = epochs_of(curves);
  std::string script = page::script_head(figure.name, figure.name + ".csv", 480, 300);
  script += fmt::format(
      "set key above right horizontal samplen 2 textcolor rgb \"{0}\"\n"
      "set xtics nomirror {1}\n"
      "set ytics nomirror\n"
      "set xlabel \"epoch\" textcolor rgb \"{0}\"\n"
      "set xrange [0.5:{2}.5]\n{3}",
      kText.hex(), epochs <= 10 ? "1" : "", epochs,
      figure.log && wants_log(curves) ? "set logscale y\n" : "");
  for (const std::int64_t begin : figure.stage_begins)
    script += vertical_line(static_cast<double>(begin) - 0.5, kText, "lw 0.75");
  if (figure.marked > 0) script += vertical_line(static_cast<double>(figure.marked), kText, "lw 1.5 dt 3");
  for (std::size_t i = 0; i < curves.size(); ++i) {
    script += fmt::format(
        "{}  \"{}.csv\" skip 1 using 1:{} title \"{}\" with linespoints lw 2 pt 7 ps 0.35 "
        "dt {} lc rgb \"{}\"",
        i == 0 ? "plot \\\n" : ", \\\n", figure.name, i + 2, curves[i].title, curves[i].dashes,
        curves[i].ink.hex());
  }
  return script + "\n";
}

}  // namespace

std::string draw_curves(const std::filesystem::path& folder, const CurveFigure& figure) {
  std::vector<Curve> curves;  // gnuplot refuses a column without numbers
  std::ranges::copy_if(figure.curves, std::back_inserter(curves), has_numbers);
  if (curves.empty()) return {};
  return page::figure(folder,
                      {.name = figure.name,
                       .script = script_of(figure, curves),
                       .data_name = figure.name + ".csv",
                       .data = data_of(curves)},
                      figure.caption, fmt::format("{} over the epochs", figure.caption));
}

std::vector<std::int64_t> stage_begins(const std::vector<EpochRecord>& epochs) {
  std::vector<std::int64_t> begins;
  for (std::size_t i = 1; i < epochs.size(); ++i) {
    if (epochs[i].stage != epochs[i - 1].stage) begins.push_back(static_cast<std::int64_t>(i) + 1);
  }
  return begins;
}

}  // namespace giemsa
