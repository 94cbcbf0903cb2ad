#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/text.h"
#include "giemsa/inspect_report/report_parts.h"
#include "giemsa/page/drawing.h"
#include "giemsa/page/parts.h"
#include "giemsa/stats/distance_histogram.h"

namespace giemsa::inspection_report {
namespace {

constexpr char kDistances[] =
    R"({figure}<p class="note">How far each different picture lies from the others of its
class, measured in {compared_by} ({dimensions} numbers a picture): half lie within {median:.1f}; {beyond} beyond the
limit of {limit:.1f}, the dotted line{among}. Counts are drawn on a logarithmic scale; the last bar holds all that lies
further out.</p>
)";

std::string histogram_data(const DistanceHistogram& histogram) {
  std::string csv = "from,to,pictures\n";
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    const double from = histogram.first + histogram.width * static_cast<double>(i);
    csv += fmt::format("{:.6g},{:.6g},{}\n", from, from + histogram.width, histogram.counts[i]);
  }
  return csv;
}

/// Counts are drawn on a logarithmic axis: the few far ones are what the figure is about.
std::string histogram_script(const DistanceHistogram& histogram) {
  const std::size_t most = *std::ranges::max_element(histogram.counts);
  const auto bars = [&](const char* title, const char* condition, const page::Ink& ink) {
    return fmt::format(
        "  \"distances.csv\" using (($1+$2)/2):(($1+$2)/2 {} {:.6g} ? $3 : NaN):($2-$1) title \"{}\" with "
        "boxes "
        "lc rgb \"{}\"",
        condition, histogram.threshold, title, ink.hex());
  };
  return page::script_head("distances", "distances.csv", 640, 320) +
         fmt::format(
             "set key autotitle columnhead above right horizontal samplen 1 textcolor rgb \"{0}\"\n"
             "set style fill solid 1 noborder\n"
             "set logscale y\n"
             "set format y \"%.0f\"\n"
             "set xtics nomirror\n"
             "set ytics nomirror\n"
             "set xlabel \"Mahalanobis distance\" textcolor rgb \"{0}\"\n"
             "set xrange [0:]\n"
             "set yrange [0.7:{1}]\n"
             "set arrow from {2:.6g},graph 0 to {2:.6g},graph 1 nohead lc rgb \"{3}\" lw 1.5 dt 3\n"
             "plot \\\n{4}, \\\n{5}\n",
             page::kText.hex(), 2 * most, histogram.threshold, page::kEosin.hex(),
             bars("within the limit", "<=", page::kViolet), bars("beyond", ">", page::kEosin));
}

}  // namespace

page::Section distances_section(const Context& context, const std::filesystem::path& figures) {
  const OutlierScores& outliers = context.inspection.outliers;
  if (outliers.records.empty()) return {};
  std::vector<float> distances;
  for (const OutlierScore& score : outliers.records) distances.push_back(score.own);
  const auto beyond = std::ranges::count_if(outliers.records, &OutlierScore::outlier);
  const DistanceHistogram histogram = distance_histogram(distances, static_cast<double>(outliers.threshold));
  const std::string figure = page::figure(figures,
                                          {.name = "distances",
                                           .script = histogram_script(histogram),
                                           .data_name = "distances.csv",
                                           .data = histogram_data(histogram)},
                                          "Mahalanobis distance of each different picture to its class",
                                          "Distribution of the Mahalanobis distances");
  const std::string among = context.has("non_cell") ? ", counting those that are probably no cells" : "";
  return {
      "distances", "Distances",
      fmt::format(kDistances, fmt::arg("figure", figure),
                  fmt::arg("compared_by", page::outside(context.input.compared_by)),
                  fmt::arg("dimensions", outliers.dimensions), fmt::arg("median", outliers.median),
                  fmt::arg("beyond", beyond == 1 ? "1 lies" : fmt::format("{} lie", with_thousands(beyond))),
                  fmt::arg("among", among), fmt::arg("limit", outliers.threshold))};
}

}  // namespace giemsa::inspection_report
