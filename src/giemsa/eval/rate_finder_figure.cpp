#include "giemsa/eval/rate_finder_figure.h"

#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/csv.h"
#include "giemsa/page/drawing.h"

namespace giemsa {

namespace {

constexpr const char* kName = "learning_rate";
constexpr const char* kData = "learning_rate.csv";

std::string cell(std::span<const double> values, std::size_t i) {
  return i < values.size() && std::isfinite(values[i]) ? shortest(values[i]) : "nan";
}

std::string data_of(const RateFinderCurve& curve) {
  std::string csv = "rate,loss,smoothed\n";
  for (std::size_t i = 0; i < curve.rates.size(); ++i)
    csv += fmt::format("{},{},{}\n", cell(curve.rates, i), cell(curve.losses, i), cell(curve.smoothed, i));
  return csv;
}

std::string mark(double rate, const page::Ink& ink, const char* style) {
  return fmt::format("set arrow from {0},graph 0 to {0},graph 1 nohead lc rgb \"{1}\" {2}\n", rate, ink.hex(),
                     style);
}

std::string script_of(const RateFinderCurve& curve) {
  return page::script_head(kName, kData, 640, 360) +
         fmt::format(
             "set key above right horizontal samplen 2 textcolor rgb \"{0}\"\n"
             "set logscale x\n"
             "set format x \"10^{{%T}}\"\n"
             "set xtics nomirror\n"
             "set ytics nomirror\n"
             "set xlabel \"learning rate\" textcolor rgb \"{0}\"\n"
             "set ylabel \"loss\" textcolor rgb \"{0}\"\n",
             page::kText.hex()) +
         mark(curve.steepest, page::kViolet, "lw 1.5 dt 3") +
         mark(curve.lowest_tenth, page::kText, "lw 1.5 dt 2") +
         fmt::format(
             "plot \\\n"
             "  \"{0}\" using 1:2 skip 1 title \"loss\" with points pt 7 ps 0.35 lc rgb \"{1}\", \\\n"
             "  \"{0}\" using 1:3 skip 1 title \"smoothed\" with lines lw 2.5 lc rgb \"{2}\", \\\n"
             "  1/0 title \"steepest {3:.2g}\" with lines lw 1.5 dt 3 lc rgb \"{2}\", \\\n"
             "  1/0 title \"lowest / 10 {4:.2g}\" with lines lw 1.5 dt 2 lc rgb \"{5}\"\n",
             kData, page::kEosin.hex(), page::kViolet.hex(), curve.steepest, curve.lowest_tenth,
             page::kText.hex());
}

}  // namespace

std::string draw_rate_finder(const std::filesystem::path& folder, const RateFinderCurve& curve) {
  return page::draw_figure(
      folder, {.name = kName, .script = script_of(curve), .data_name = kData, .data = data_of(curve)});
}

}  // namespace giemsa
