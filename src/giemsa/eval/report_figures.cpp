#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "giemsa/core/csv.h"
#include "giemsa/core/text.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/page/drawing.h"

namespace giemsa::report {
namespace {

using page::Ink;
using page::kText;
constexpr const Ink& kTrain = page::kEosin;
constexpr const Ink& kVal = page::kViolet;

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
  std::string script = page::script_head(curve.name, "curves.csv", 480, 300);
  script += fmt::format(
      "set key autotitle columnhead above right horizontal samplen 2 textcolor rgb \"{}\"\n"
      "set xtics nomirror {}\n"
      "set ytics nomirror {}\n"
      "set xlabel \"epoch\" textcolor rgb \"{}\"\n"
      "set xrange [{}:{}]\n",
      kText.hex(), last - first <= 10 ? "1" : "", tick_step(curve, epochs), kText.hex(), first - 0.5,
      last + 0.5);
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
         "may lie below those of validation.";
}

}  // namespace

page::Section training_section(const ReportInput& input, const std::filesystem::path& figures) {
  if (input.epochs.empty()) return {};
  const std::string data = curve_data(input.epochs);
  std::string drawings;
  for (const Curve& curve : kCurves) {
    if (!has_numbers(input.epochs, curve.train) && !has_numbers(input.epochs, curve.val)) continue;
    drawings += page::figure(figures,
                             {.name = curve.name,
                              .script = curve_script(curve, input.epochs),
                              .data_name = "curves.csv",
                              .data = data},
                             curve.caption, fmt::format("{} over the epochs", curve.caption));
  }
  return {"training", "Training",
          fmt::format("<div class=\"curves\">\n{}</div>\n<p class=\"note\">{}</p>\n", drawings,
                      notes(input.epochs))};
}

}  // namespace giemsa::report
