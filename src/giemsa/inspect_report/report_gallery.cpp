#include "giemsa/inspect_report/report_gallery.h"

#include <fmt/format.h>

#include "giemsa/core/parallel.h"
#include "giemsa/core/text.h"
#include "giemsa/page/parts.h"
#include "giemsa/page/picture.h"

namespace giemsa::inspection_report {
namespace {

constexpr int kThumbnail_px = 128;
constexpr int kJpegQuality = 82;

std::string embedded(const InspectionReportInput& input, std::size_t record) {
  const auto picture = [&] {
    return input.picture ? page::shrunk(input.picture(record), kThumbnail_px) : Image();
  };
  return page::embedded_picture(picture, input.records[record].id, kJpegQuality);
}

/// The cards' pictures as HTML, in the order in which the cards stand.
std::vector<std::string> embedded_pictures(const Context& context, const std::vector<Gallery>& galleries) {
  std::vector<std::size_t> records;
  for (const Gallery& gallery : galleries) {
    for (const Strip& strip : gallery.strips) {
      for (const Card& card : strip.cards) records.push_back(card.record);
    }
  }
  std::vector<std::string> pictures(records.size());
  parallel_for(records.size(), 0, [&](std::size_t i) { pictures[i] = embedded(context.input, records[i]); });
  return pictures;
}

std::string more(const std::string& text) {
  return text.empty() ? text : fmt::format("<p class=\"more\">{}</p>\n", escape_html(text));
}

}  // namespace

std::string copies_mark(std::size_t copies) {
  return copies < 2 ? ""
                    : fmt::format(" <span class=\"copies\">×\u00a0{}</span>",
                                  with_thousands(static_cast<long long>(copies)));
}

std::string id_line(std::string_view id) {
  const std::string text = page::outside(id);
  return fmt::format("<p class=\"id\" title=\"{0}\">{0}</p>", text);
}

std::vector<page::Section> gallery_sections(const Context& context, const std::vector<Gallery>& galleries) {
  const std::vector<std::string> pictures = embedded_pictures(context, galleries);
  auto picture = pictures.begin();
  std::vector<page::Section> sections;
  for (const Gallery& gallery : galleries) {
    std::string html;
    for (const Strip& strip : gallery.strips) {
      std::string cards;
      for (const Card& card : strip.cards) cards += fmt::format("<li>{}{}</li>\n", *picture++, card.html);
      const bool group = !strip.heading.empty();
      const std::string heading = group ? fmt::format("<p class=\"of\">{}</p>\n", strip.heading) : "";
      html += fmt::format("<div class=\"strip{}{}\"{}>\n{}<ul class=\"gallery\">\n{}</ul>\n{}</div>\n",
                          group ? " group" : "", strip.conflicting ? " conflict" : "",
                          group ? fmt::format(" style=\"--cards:{}\"", strip.cards.size()) : "", heading,
                          cards, more(strip.more));
    }
    sections.push_back({gallery.id, gallery.title,
                        fmt::format("<p class=\"note\">{}</p>\n<div class=\"groups\">\n{}</div>\n{}",
                                    gallery.note, html, more(gallery.more))});
  }
  return sections;
}

}  // namespace giemsa::inspection_report
