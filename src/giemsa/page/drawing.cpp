#include "giemsa/page/drawing.h"

#include <fmt/format.h>

#include "giemsa/core/text.h"

namespace giemsa::page {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// The drawing as part of the page: no XML head, ids of its own, colours of the page's style.
std::string inline_svg(std::string svg, std::string_view name, std::string_view label) {
  svg.erase(0, svg.find("<svg"));
  for (const char* id : {"gpPt", "gpDot", "textbox", "greybox", "gnuplot_canvas"}) {
    replace_all(svg, id, fmt::format("{}-{}", name, id));
  }
  const auto follow = [&](const Ink& ink) {
    replace_all(svg, fmt::format("rgb({:3}, {:3}, {:3})", ink.red, ink.green, ink.blue), ink.variable);
    replace_all(svg, fmt::format("rgb({},{},{})", ink.red, ink.green, ink.blue), ink.variable);
  };
  follow(kGrid);
  for (const Ink& ink : kInks) follow(ink);
  replace_all(svg, "color='white'", "color='var(--card)'");  // rings about points
  replace_all(svg, "<svg ", fmt::format("<svg role=\"img\" aria-label=\"{}\" ", escape_html(label)));
  return svg;
}

}  // namespace

std::string Ink::hex() const { return fmt::format("#{:02x}{:02x}{:02x}", red, green, blue); }

std::string script_head(std::string_view name, std::string_view data_name, int width, int height) {
  return fmt::format(
      "# Draws {0}.svg and {0}.png from {1}: gnuplot {0}.gp\n"
      "width = {2}\n"
      "height = {3}\n"
      "set terminal svg size width,height dynamic font \"sans-serif,15\" name \"{0}\"\n"
      "set output \"{0}.svg\"\n"
      "set datafile separator comma\n"
      "set datafile missing \"nan\"\n"
      "set border 1 lc rgb \"{4}\"\n"
      "set tics scale 0 textcolor rgb \"{4}\"\n"
      "set format \"%g\"\n"
      "set grid ytics lt 1 lw 1 lc rgb \"{5}\"\n",
      name, data_name, width, height, kText.hex(), kGrid.hex());
}

std::string figure(const std::filesystem::path& folder, const Figure& figure, std::string_view caption,
                   std::string_view label) {
  return fmt::format("<figure>\n<figcaption>{}</figcaption>\n{}</figure>\n", escape_html(caption),
                     inline_svg(draw_figure(folder, figure), figure.name, label));
}

}  // namespace giemsa::page
