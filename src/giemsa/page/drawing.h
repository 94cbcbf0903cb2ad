#pragma once
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "giemsa/page/gnuplot.h"

namespace giemsa::page {

/// A colour of the figures, as gnuplot is told it and as the page's style names it: inside the page the
/// second replaces the first, so that the figures follow light and dark.
struct Ink {
  int red, green, blue;
  const char* variable;

  std::string hex() const;
};
inline constexpr Ink kText{106, 96, 120, "var(--soft)"};
inline constexpr Ink kGrid{228, 223, 234, "var(--line)"};
inline constexpr Ink kEosin{214, 72, 132, "var(--eosin-ink)"};
inline constexpr Ink kViolet{91, 63, 160, "var(--violet-ink)"};
/// To tell lines apart: as different as can be, on light ground and on dark.
inline constexpr std::array kInks{kViolet,
                                  kEosin,
                                  Ink{15, 127, 134, "var(--teal-ink)"},
                                  Ink{184, 110, 0, "var(--amber-ink)"},
                                  Ink{43, 111, 194, "var(--blue-ink)"},
                                  Ink{74, 138, 42, "var(--green-ink)"},
                                  Ink{138, 75, 47, "var(--brown-ink)"},
                                  kText};

/// The gnuplot commands that every figure begins with: output, font, quiet axes and a grid. `width` and
/// `height` in px; they stay known to gnuplot under these names.
std::string script_head(std::string_view name, std::string_view data_name, int width, int height);

/// Draws the figure into `folder` (gnuplot.h) and returns it as part of the page, below `caption`. `caption`
/// and `label`, which is read out in place of the drawing, are plain text.
std::string figure(const std::filesystem::path& folder, const Figure& figure, std::string_view caption,
                   std::string_view label);

}  // namespace giemsa::page
