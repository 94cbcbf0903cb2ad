#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace giemsa::page {

/// A figure as gnuplot draws it: a script that begins with script_head (drawing.h), reads `data_name` and
/// writes NAME.svg in its own folder.
struct Figure {
  std::string name;       ///< file name without ending
  std::string script;     ///< gnuplot commands; text from outside only quoted, as in chart.cpp
  std::string data_name;  ///< e.g. "curves.csv"
  std::string data;
};

/// Draws the figure and keeps NAME.gp, its data, NAME.svg and NAME.png (twice the size, on white) in
/// `folder`, so that a person can change the script and run `gnuplot NAME.gp` there. A gnuplot without Cairo
/// makes no PNG. Returns the SVG text. The program `gnuplot` is started without a shell. Throws Io when it is
/// not installed, or fails, with what it said.
std::string draw_figure(const std::filesystem::path& folder, const Figure& figure);

}  // namespace giemsa::page
