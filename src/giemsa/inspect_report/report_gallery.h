#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "giemsa/image/image.h"
#include "giemsa/inspect_report/report_context.h"
#include "giemsa/page/page.h"

namespace giemsa::inspection_report {

/// A picture with what is said below it.
struct Card {
  std::size_t record = 0;
  std::string html;
};

/// Cards in a row; with a heading where they belong together.
struct Strip {
  std::string heading;  ///< HTML
  bool conflicting = false;
  std::vector<Card> cards;
  std::string more;  ///< plain text: how many are not shown
};

/// Pictures that show what one section is about.
struct Gallery {
  std::string id, title;
  std::string note;  ///< HTML: what this is
  std::vector<Strip> strips;
  std::string more;  ///< plain text: how many are not shown
};

/// Pictures shown in one gallery, at most.
inline constexpr std::size_t kMostPictures = 48;

/// The last part of a card's first line: "× 1,600" for more than one copy, as HTML.
std::string copies_mark(std::size_t copies);
/// The line of a card that names a record.
std::string id_line(std::string_view id);

/// The groups of duplicates: those with contradicting labels, repeated pictures, copies, near copies.
std::vector<Gallery> duplicate_galleries(const Context& context);
/// One gallery for each other reason with pictures to show.
std::vector<Gallery> finding_galleries(const Context& context);

/// The galleries as sections. Their pictures are loaded, shrunk and embedded on all processors.
std::vector<page::Section> gallery_sections(const Context& context, const std::vector<Gallery>& galleries);

}  // namespace giemsa::inspection_report
