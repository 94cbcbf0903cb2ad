#include "giemsa/predict/differential_count.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "giemsa/core/csv.h"
#include "giemsa/core/text.h"
#include "giemsa/metrics/wilson.h"

namespace giemsa {
namespace {

double share_of(std::int64_t part, std::int64_t all) {
  return static_cast<double>(part) / static_cast<double>(all);
}

const char* unit_of(CellKind kind) {
  switch (kind) {
    case CellKind::White:
      return "% of white cells";
    case CellKind::Erythroblast:
      return "per 100 white cells";
    case CellKind::Other:
      break;
  }
  return "";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.4f}", value) : ""; }

}  // namespace

DifferentialCount::DifferentialCount(std::vector<std::string> classes)
    : names_(std::move(classes)), cells_(names_.size()) {}

void DifferentialCount::add(std::size_t class_index) { ++cells_.at(class_index); }

std::int64_t DifferentialCount::white_cells() const {
  std::int64_t white = 0;
  for (std::size_t c = 0; c < names_.size(); ++c)
    white += cell_kind(names_[c]) == CellKind::White ? cells_[c] : 0;
  return white;
}

std::int64_t DifferentialCount::readable() const {
  return std::accumulate(cells_.begin(), cells_.end(), abstained());
}

std::vector<CountedClass> DifferentialCount::classes() const {
  const std::int64_t white = white_cells();
  std::vector<CountedClass> table;
  for (std::size_t c = 0; c < names_.size(); ++c) {
    CountedClass counted{.name = names_[c], .kind = cell_kind(names_[c]), .cells = cells_[c]};
    if (white > 0 && counted.kind == CellKind::White) {
      const double share = share_of(counted.cells, white);
      const Interval interval = wilson_interval(share, white);
      counted.value = 100 * share;
      counted.interval = {100 * interval.low, 100 * interval.high};
    } else if (white > 0 && counted.kind == CellKind::Erythroblast) {
      const std::int64_t both = counted.cells + white;
      const Interval interval = wilson_interval(share_of(counted.cells, both), both);
      const auto ratio = [](double share) { return 100 * share / (1 - share); };
      counted.value = 100 * share_of(counted.cells, white);
      counted.interval = {ratio(interval.low), ratio(interval.high)};
    }
    table.push_back(std::move(counted));
  }
  return table;
}

std::string differential_count_csv(const DifferentialCount& count) {
  std::string text;
  append_csv_row(text, {"name", "pictures", "unit", "value", "low", "high"});
  for (const CountedClass& c : count.classes()) {
    append_csv_row(text, {c.name, std::to_string(c.cells), unit_of(c.kind), number(c.value),
                          number(c.interval.low), number(c.interval.high)});
  }
  const auto plain = [&](const char* name, std::int64_t pictures) {
    append_csv_row(text, {name, std::to_string(pictures), "", "", "", ""});
  };
  plain("white cells", count.white_cells());
  plain("abstained", count.abstained());
  plain("unreadable", count.unreadable());
  return text;
}

std::string differential_count_table(const DifferentialCount& count) {
  const std::vector<CountedClass> classes = count.classes();
  std::size_t width = std::string_view("white cells").size();
  for (const CountedClass& c : classes) width = std::max(width, printable(c.name).size());
  std::string text;
  const auto line = [&](const std::string& name, std::int64_t pictures, const std::string& rest) {
    text += fmt::format("{}  {:<{}} {:>10}{}", text.empty() ? "" : "\n", name, width,
                        with_thousands(pictures), rest);
  };
  const auto lines_of = [&](CellKind kind) {
    for (const CountedClass& c : classes) {
      if (c.kind != kind) continue;
      const bool known = std::isfinite(c.value);
      line(printable(c.name), c.cells,
           known ? fmt::format("  {:5.1f} {} ({:.1f} to {:.1f})", c.value, unit_of(kind), c.interval.low,
                               c.interval.high)
                 : "");
    }
  };
  lines_of(CellKind::White);
  line("white cells", count.white_cells(), "");
  lines_of(CellKind::Erythroblast);
  lines_of(CellKind::Other);
  line("abstained", count.abstained(), "");
  line("unreadable", count.unreadable(), "");
  return text;
}

}  // namespace giemsa
