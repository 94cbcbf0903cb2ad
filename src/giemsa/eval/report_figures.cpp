#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "giemsa/core/csv.h"
#include "giemsa/core/text.h"
#include "giemsa/eval/gnuplot.h"
#include "giemsa/eval/report_parts.h"

namespace giemsa::report {
namespace {

/// A colour of the figures, as gnuplot is told it and as the page's style names it: inside the page the
/// second replaces the first, so that the figures follow light and dark.
struct Ink {
  int red, green, blue;
  const char* variable;

  std::string hex() const { return fmt::format("#{:02x}{:02x}{:02x}", red, green, blue); }
};
constexpr Ink kText{106, 96, 120, "var(--soft)"};
constexpr Ink kGrid{228, 223, 234, "var(--line)"};
constexpr Ink kTrain{214, 72, 132, "var(--train)"};
constexpr Ink kVal{91, 63, 160, "var(--val)"};

/// One measure over the epochs, of both parts. Columns count from one.
struct Curve {
  const char* name;
  const char* caption;
  int train_column, val_column;
  double scale;  ///< from data to axis
  double EpochRecord::*train;
  double EpochRecord::*val;
};
constexpr std::array kCurves{
    Curve{"loss", "Loss (lower is better)", 2, 3, 1, &EpochRecord::train_loss, &EpochRecord::val_loss},
    Curve{"accuracy", "Accuracy, per cent", 4, 5, 100, &EpochRecord::train_accuracy,
          &EpochRecord::val_accuracy},
};

std::string cell(double value) { return std::isfinite(value) ? shortest(value) : "nan"; }

std::string curve_data(const std::vector<EpochRecord>& epochs) {
  std::string csv = "epoch,train_loss,val_loss,train_accuracy,val_accuracy\n";
  for (const EpochRecord& e : epochs) {
    csv += fmt::format("{},{},{},{},{}\n", e.epoch, cell(e.train_loss), cell(e.val_loss),
                       cell(e.train_accuracy), cell(e.val_accuracy));
  }
  return csv;
}

bool has_numbers(const std::vector<EpochRecord>& epochs, double EpochRecord::*member) {
  for (const EpochRecord& e : epochs) {
    if (std::isfinite(e.*member)) return true;
  }
  return false;
}

/// The epoch whose weights became the model; 0 when the run does not say.
std::int64_t kept_epoch(const std::vector<EpochRecord>& epochs) {
  std::int64_t kept = 0;
  for (const EpochRecord& e : epochs) {
    if (e.best) kept = e.epoch;
  }
  return kept;
}

std::string vertical_line(double epoch, const Ink& ink, const char* style) {
  return fmt::format("set arrow from {0},graph 0 to {0},graph 1 nohead lc rgb \"{1}\" {2}\n", epoch,
                     ink.hex(), style);
}

/// The distance of about five numbers along the axis of a curve: 1, 2 or 5 times a power of ten.
double tick_step(const Curve& curve, const std::vector<EpochRecord>& epochs) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const EpochRecord& e : epochs) {
    for (const double value : {e.*curve.train, e.*curve.val}) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value * curve.scale);
      high = std::max(high, value * curve.scale);
    }
  }
  const double wanted = std::max(high - low, 1e-3) / 5;
  const double power = std::pow(10, std::floor(std::log10(wanted)));
  const double leading = wanted / power;
  return power * (leading <= 1 ? 1 : leading <= 2 ? 2 : leading <= 5 ? 5 : 10);
}

/// gnuplot refuses to plot a column without numbers, so such a line is left out.
std::string plot_command(const Curve& curve, const std::vector<EpochRecord>& epochs) {
  std::string lines;
  const auto add = [&](int column, const char* title, const Ink& ink, const char* style) {
    lines +=
        fmt::format("{}  \"curves.csv\" using 1:(column({})*{}) title \"{}\" {} lc rgb \"{}\"",
                    lines.empty() ? "plot \\\n" : ", \\\n", column, curve.scale, title, style, ink.hex());
  };
  if (has_numbers(epochs, curve.train)) {
    add(curve.train_column, "training", kTrain, "with linespoints lw 2 pt 7 ps 0.35 dt (6,3)");
  }
  if (has_numbers(epochs, curve.val)) {
    add(curve.val_column, "validation", kVal, "with linespoints lw 2.5 pt 7 ps 0.5");
  }
  return lines + "\n";
}

std::string curve_script(const Curve& curve, const std::vector<EpochRecord>& epochs) {
  const std::int64_t first = epochs.front().epoch, last = epochs.back().epoch;
  std::string script = fmt::format(
      "# Draws {0}.svg from curves.csv: gnuplot {0}.gp\n"
      "set terminal svg size 480,300 dynamic font \"sans-serif,15\" name \"{0}\"\n"
      "set output \"{0}.svg\"\n"
      "set datafile separator comma\n"
      "set datafile missing \"nan\"\n"
      "set key autotitle columnhead above right horizontal samplen 2 textcolor rgb \"{1}\"\n"
      "set border 1 lc rgb \"{1}\"\n"
      "set tics scale 0 textcolor rgb \"{1}\"\n"
      "set xtics nomirror {2}\n"
      "set ytics nomirror {3}\n"
      "set format \"%g\"\n"
      "set grid ytics lt 1 lw 1 lc rgb \"{4}\"\n"
      "set xlabel \"epoch\" textcolor rgb \"{1}\"\n"
      "set xrange [{5}:{6}]\n",
      curve.name, kText.hex(), last - first <= 10 ? "1" : "", tick_step(curve, epochs), kGrid.hex(),
      first - 0.5, last + 0.5);
  for (std::size_t i = 1; i < epochs.size(); ++i) {
    if (epochs[i].stage != epochs[i - 1].stage) {
      script += vertical_line(static_cast<double>(epochs[i].epoch) - 0.5, kText, "lw 0.75");
    }
  }
  if (const std::int64_t kept = kept_epoch(epochs); kept > 0) {
    script += vertical_line(static_cast<double>(kept), kVal, "lw 1.5 dt 3");
  }
  return script + plot_command(curve, epochs);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// The drawing as part of the page: no XML head, ids of its own, colours of the page's style.
std::string inline_svg(std::string svg, const Curve& curve) {
  svg.erase(0, svg.find("<svg"));
  replace_all(svg, "gpPt", fmt::format("{}-gpPt", curve.name));
  for (const char* id : {"gpDot", "textbox", "greybox", "gnuplot_canvas"}) {
    replace_all(svg, id, fmt::format("{}-{}", curve.name, id));
  }
  for (const Ink& ink : {kText, kGrid, kTrain, kVal}) {
    replace_all(svg, fmt::format("rgb({:3}, {:3}, {:3})", ink.red, ink.green, ink.blue), ink.variable);
    replace_all(svg, fmt::format("rgb({},{},{})", ink.red, ink.green, ink.blue), ink.variable);
  }
  replace_all(svg, "<svg ",
              fmt::format("<svg role=\"img\" aria-label=\"{} over the epochs\" ", curve.caption));
  return svg;
}

/// "head: epochs 1–2; all: epochs 3–8"
std::string stage_list(const std::vector<EpochRecord>& epochs) {
  std::vector<std::string> stages;
  for (std::size_t begin = 0, end = 0; begin < epochs.size(); begin = end) {
    while (end < epochs.size() && epochs[end].stage == epochs[begin].stage) ++end;
    stages.push_back(fmt::format("<b>{}</b> epochs {}–{}", escape_html(epochs[begin].stage),
                                 epochs[begin].epoch, epochs[end - 1].epoch));
  }
  return join(stages, ", ");
}

std::string notes(const std::vector<EpochRecord>& epochs) {
  std::string text = fmt::format("Stages: {}. ", stage_list(epochs));
  if (const std::int64_t kept = kept_epoch(epochs); kept > 0) {
    text += fmt::format("The dotted line marks epoch {}, whose weights are the model. ", kept);
  }
  return text +
         "Training figures are taken from altered (augmented) pictures while the network still learns; they "
         "may lie "
         "below those of validation.";
}

}  // namespace

std::string training_section(const ReportInput& input, const std::filesystem::path& figures) {
  if (input.epochs.empty()) return {};
  const std::string data = curve_data(input.epochs);
  std::string drawings;
  for (const Curve& curve : kCurves) {
    if (!has_numbers(input.epochs, curve.train) && !has_numbers(input.epochs, curve.val)) continue;
    const std::string svg = draw_figure(figures, {.name = curve.name,
                                                  .script = curve_script(curve, input.epochs),
                                                  .data_name = "curves.csv",
                                                  .data = data});
    drawings += fmt::format("<figure>\n<figcaption>{}</figcaption>\n{}</figure>\n", curve.caption,
                            inline_svg(svg, curve));
  }
  return fmt::format(
      "<section id=\"training\">\n<h2>Training</h2>\n<div class=\"curves\">\n{}</div>\n<p "
      "class=\"note\">{}</p>\n"
      "</section>\n",
      drawings, notes(input.epochs));
}

}  // namespace giemsa::report
