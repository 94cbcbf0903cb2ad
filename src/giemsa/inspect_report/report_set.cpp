#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "giemsa/core/text.h"
#include "giemsa/inspect/class_summary.h"
#include "giemsa/inspect_report/report_parts.h"
#include "giemsa/page/drawing.h"
#include "giemsa/page/parts.h"

namespace giemsa::inspection_report {
namespace {

constexpr std::size_t kMostBars = 40, kMostSizes = 12;

constexpr char kSet[] =
    R"({figure}<p class="note"><b>Colour</b> is the mean of all pixels of a class, <b>light</b> its mean luma, 0 (black)
to 255 (white). <b>Sharpness</b>: how much neighbouring pixels differ (standard deviation of the Laplacian of luma; the
median of the pictures). Where one class stands out, a network can learn how it was photographed instead of the
cells.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Class</th><th scope="col">Pictures</th><th scope="col">Share, %</th>
<th scope="col">With findings</th><th scope="col">Colour</th><th scope="col">Light</th><th scope="col">Sharpness</th>
</tr></thead>
<tbody>
{classes}</tbody>
<tfoot>
<tr><th scope="row">all</th><td>{count}</td><td>100.00</td><td>{found}</td><td></td><td></td><td></td></tr>
</tfoot>
</table></div>
<div class="two">
<table>
<thead><tr><th scope="col">Size, px</th><th scope="col">Pictures</th></tr></thead>
<tbody>
{sizes}</tbody>
</table>
<table>
<thead><tr><th scope="col">Format</th><th scope="col">Pictures</th></tr></thead>
<tbody>
{formats}</tbody>
</table>
</div>
)";

std::string number(std::size_t count) { return with_thousands(static_cast<long long>(count)); }

/// Readable and broken pictures.
std::size_t all_of(const ClassSummary& figures) { return figures.pictures + figures.broken; }

std::string class_row(const ClassSummary& figures, std::size_t found, std::size_t of_all) {
  const double share =
      static_cast<double>(all_of(figures)) / static_cast<double>(std::max<std::size_t>(of_all, 1));
  std::string seen = "<td>–</td><td>–</td><td>–</td>";
  if (figures.pictures > 0) {
    seen = fmt::format(
        "<td><span class=\"swatch\" style=\"background:rgb({0:.0f} {1:.0f} {2:.0f})\"></span>{0:.0f} {1:.0f} "
        "{2:.0f}</td><td>{3:.1f}</td><td>{4:.1f}</td>",
        figures.mean_rgb[0], figures.mean_rgb[1], figures.mean_rgb[2], figures.luma, figures.sharpness);
  }
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>{}</tr>\n",
                     figures.name.empty() ? "no label" : page::outside(figures.name), number(all_of(figures)),
                     page::per_cent_digits(share), number(found), seen);
}

/// A name as a label of the figure: gnuplot reads no doubled quotes.
std::string bar_name(std::string_view name) {
  constexpr std::size_t kMostBytes = 28;
  std::string text = name.empty() ? "no label" : printable(name, kMostBytes);
  std::ranges::replace(text, '"', '\'');
  std::ranges::replace(text, '\\', '/');
  return text;
}

/// Draws the classes with the numbers of pictures that have findings.
std::string drawing(const std::filesystem::path& folder, const std::vector<ClassSummary>& classes,
                    const std::vector<std::size_t>& found) {
  const std::size_t bars = std::min(classes.size(), kMostBars);
  if (bars == 0) return "";
  std::vector<std::size_t> order(classes.size());
  std::iota(order.begin(), order.end(), 0);
  if (bars < classes.size()) {
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t k) { return all_of(classes[k]); });
    order.resize(bars);
  }
  std::string data = "class,without_findings,with_findings\n";
  for (const std::size_t k : order) {
    data += fmt::format("\"{}\",{},{}\n", bar_name(classes[k].name), all_of(classes[k]) - found[k], found[k]);
  }
  std::string script = page::script_head("classes", "classes.csv", 640, 80 + 28 * static_cast<int>(bars));
  script += fmt::format(
      "set termoption noenhanced\n"
      "set key autotitle columnhead above right horizontal samplen 1 textcolor rgb \"{0}\"\n"
      "set style fill solid 1 noborder\n"
      "unset grid\n"
      "set grid xtics lt 1 lw 1 lc rgb \"{1}\"\n"
      "set border 0\n"
      "set xtics nomirror\n"
      "set ytics nomirror\n"
      "set xrange [0:]\n"
      "set yrange [{2}:-0.5]\n"
      "plot \\\n"
      "  \"classes.csv\" using 2:0:(0):2:($0-0.36):($0+0.36):ytic(1) title \"without findings\" with "
      "boxxyerror "
      "lc rgb \"{3}\", \\\n"
      "  \"classes.csv\" using ($2+$3):0:2:($2+$3):($0-0.36):($0+0.36) title \"with findings\" with "
      "boxxyerror "
      "lc rgb \"{4}\"\n",
      page::kText.hex(), page::kGrid.hex(), static_cast<double>(bars) - 0.5, page::kViolet.hex(),
      page::kEosin.hex());
  const std::string caption = bars == classes.size()
                                  ? "Pictures of each class"
                                  : fmt::format("Pictures of the {} largest classes", bars);
  return page::figure(folder, {.name = "classes", .script = script, .data_name = "classes.csv", .data = data},
                      caption, caption);
}

std::string row_of(const std::string& name, std::size_t count) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", name, number(count));
}

/// The most frequent sizes, and the rest as one.
std::string size_rows(const Inspection& inspection) {
  const auto counts = picture_sizes(inspection);
  std::vector<std::pair<std::pair<int, int>, std::size_t>> sizes(counts.begin(), counts.end());
  std::ranges::stable_sort(sizes, std::greater{}, [](const auto& size) { return size.second; });
  std::string rows;
  std::size_t others = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto& [size, count] = sizes[i];
    if (i < kMostSizes) rows += row_of(fmt::format("{} × {}", size.first, size.second), count);
    if (i >= kMostSizes) others += count;
  }
  if (others > 0) rows += row_of(fmt::format("{} other sizes", number(sizes.size() - kMostSizes)), others);
  return rows;
}

std::string format_rows(const Inspection& inspection) {
  std::string rows;
  for (const auto& [format, count] : picture_formats(inspection)) rows += row_of(escape_html(format), count);
  return rows;
}

}  // namespace

page::Section set_section(const Context& context, const std::filesystem::path& figures) {
  const Inspection& inspection = context.inspection;
  const std::size_t count = inspection.pictures.size();
  const std::vector<ClassSummary> classes = class_summaries(inspection);
  std::vector<std::size_t> found(inspection.classes.size() + 1);  // without label: the last
  for (std::size_t i = 0; i < count; ++i) {
    const int label = inspection.labels[i];
    found[label < 0 ? inspection.classes.size() : static_cast<std::size_t>(label)] += context.found[i];
  }
  std::string rows;
  for (std::size_t k = 0; k < classes.size(); ++k) rows += class_row(classes[k], found[k], count);
  return {"set", "The set",
          fmt::format(
              kSet, fmt::arg("figure", drawing(figures, classes, found)), fmt::arg("classes", rows),
              fmt::arg("count", number(count)),
              fmt::arg("found", number(static_cast<std::size_t>(std::ranges::count(context.found, true)))),
              fmt::arg("sizes", size_rows(inspection)), fmt::arg("formats", format_rows(inspection)))};
}

}  // namespace giemsa::inspection_report
