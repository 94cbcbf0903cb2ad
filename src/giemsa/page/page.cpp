#include "giemsa/page/page.h"

#include <fmt/format.h>

#include "giemsa/core/text.h"

namespace giemsa::page {
namespace {

constexpr char kPage[] = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>{style}{own_style}</style>
</head>
<body>
<header>
<p class="kind">{kind}</p>
<h1>{title}</h1>
<p class="summary">{summary}</p>
<dl class="tiles">
{tiles}</dl>
</header>
<nav aria-label="Sections">
{links}</nav>
<main>
{sections}</main>
<footer><p>{footer}</p><p>Made with giemsa.</p></footer>
</body>
</html>
)";

}  // namespace

std::string render(const Page& page) {
  std::string tiles, links, sections;
  for (const Tile& tile : page.tiles) {
    tiles += fmt::format("<div><dt>{}</dt><dd>{}</dd><dd class=\"meaning\">{}</dd></div>\n",
                         escape_html(tile.name), escape_html(tile.value), escape_html(tile.meaning));
  }
  for (const Section& section : page.sections) {
    if (section.html.empty()) continue;
    const std::string title = escape_html(section.title);
    links += fmt::format("<a href=\"#{}\">{}</a>\n", section.id, title);
    sections +=
        fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", section.id, title, section.html);
  }
  return fmt::format(kPage, fmt::arg("title", escape_html(page.title)), fmt::arg("style", style()),
                     fmt::arg("own_style", page.style), fmt::arg("kind", escape_html(page.kind)),
                     fmt::arg("summary", page.summary), fmt::arg("tiles", tiles), fmt::arg("links", links),
                     fmt::arg("sections", sections), fmt::arg("footer", escape_html(page.footer)));
}

}  // namespace giemsa::page
