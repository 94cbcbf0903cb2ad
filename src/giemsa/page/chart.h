#pragma once
#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/page/drawing.h"

namespace giemsa::page {

// Charts of lines and points, all alike: quiet axes, one style of key, colours of the page. Texts are plain
// and may come from outside.

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

enum class Look {
  Line,
  LinePoints,
  Points,
  OpenPoints,
  Steps,      ///< a level until the next point
  StepsBack,  ///< a level since the point before
  Ranges,     ///< points with a bar from `low` to `high`
  Boxes       ///< filled from zero to y
};

/// One line or set of points.
struct Series {
  std::string title;                   ///< in the key and in the data
  std::vector<double> x = {}, y = {};  ///< as many of both; a y that is no number is left out
  Look look = Look::LinePoints;
  Ink ink = kViolet;
  int dashes = 1;                           ///< gnuplot's dash type; 1: solid
  double width = 2;                         ///< of lines
  double size = 0.4;                        ///< of points; of boxes their width along x
  bool in_key = true;                       ///< whether the key lists it
  std::vector<double> low = {}, high = {};  ///< for Ranges, as many as y
};

struct Axis {
  std::string label = {};
  bool log = false;
  double low = kNone, high = kNone;                        ///< its ends; kNone: from the numbers
  bool whole = false;                                      ///< counts: with few of them, each has its tick
  std::vector<std::pair<double, std::string>> ticks = {};  ///< in place of numbers
};

/// Where the key stands; Outside: above the chart, or beside it when it has many entries.
enum class KeyPlace { Outside, BottomLeft, BottomRight };

/// A line across the chart at one x.
struct Mark {
  double x;
  Ink ink = kText;
  int dashes = 3;  ///< 3: dotted
  double width = 1.5;
  std::string title = {};  ///< in the key; empty: not listed
};

struct Chart {
  std::string name;     ///< of its files, without ending: a plain word
  std::string caption;  ///< above it
  std::string label;    ///< read out in its place
  Axis x, y;
  std::vector<Series> series;  ///< the later ones above the earlier
  std::vector<Mark> marks = {};
  int width = 480, height = 300;
  KeyPlace key = KeyPlace::Outside;
};

/// Whether there is a number to draw. gnuplot refuses a chart without.
bool has_numbers(const Chart& chart);

/// The chart as gnuplot's script and its data NAME.csv: a column for each series where their x agree,
/// otherwise blocks of rows `series,x,y` (with Ranges also `low,high`). Series without a number are left out.
/// Throws Internal when the parts of a series differ in length, or nothing is left.
Figure chart_figure(const Chart& chart);

/// Draws the chart into `folder` (page/drawing.h) and returns it as part of a page; "" when it has no number.
/// Throws Io when gnuplot cannot draw.
std::string draw(const std::filesystem::path& folder, const Chart& chart);

/// Charts side by side where there is room, as a part of a page; "" for none.
std::string side_by_side(const std::string& figures);

/// At most `most` of `count` positions, spread evenly, the first and the last among them.
std::vector<std::size_t> thinned(std::size_t count, std::size_t most);

/// 1, 2, … count.
std::vector<double> counting(std::size_t count);

}  // namespace giemsa::page
