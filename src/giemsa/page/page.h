#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace giemsa::page {

// Pages that need no network and no other file and run no script, for screens light and dark, phones and
// paper.

/// A number that is read first.
struct Tile {
  std::string name, value, meaning;  ///< plain text
};

/// A part of the page under its heading.
struct Section {
  std::string id;     ///< where links lead to; a plain word
  std::string title;  ///< plain text
  std::string html;   ///< empty: the section is left out
};

struct Page {
  std::string kind, title;  ///< plain text
  std::string summary;      ///< HTML: what a reader in a hurry must know
  std::vector<Tile> tiles;  ///< the first one stands out
  std::vector<Section> sections;
  std::string_view style;  ///< CSS of this kind of page, added to what all have in common
  std::string footer;      ///< plain text: what to bear in mind
};

/// The whole page as HTML. Plain text is escaped here; whatever is HTML already comes escaped.
std::string render(const Page& page);

/// The style sheet that all pages have in common.
std::string_view style();

}  // namespace giemsa::page
