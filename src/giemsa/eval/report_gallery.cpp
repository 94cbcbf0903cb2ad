#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/text.h"
#include "giemsa/eval/mistakes.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/page/picture.h"

namespace giemsa::report {
namespace {

constexpr std::size_t kMostMistakes = 40;
constexpr int kThumbnail_px = 192;  ///< twice the size on the page, for fine screens
constexpr int kJpegQuality = 88;

constexpr char kMistakesSection[] =
    R"(<p class="note">{shown}, the surest first. Below each picture: its label, and the name that the model gave (→), with
the probability of either. Some of the labels may be the mistake.</p>
<ul class="gallery">
{items}</ul>
)";

/// Large pictures are shrunk to the centre square that the network sees.
std::string thumbnail(const ReportInput& input, std::size_t i) {
  const auto picture = [&] {
    Image image = input.picture ? input.picture(i) : Image();
    const bool large = std::max(image.width(), image.height()) > kThumbnail_px;
    return large ? crop_and_resize(image, Preprocess{.crop_px = 0, .input_px = kThumbnail_px}) : image;
  };
  return page::embedded_picture(picture, input.predictions.ids[i], kJpegQuality);
}

/// One decimal: these are looked at, not compared.
std::string rounded(float probability) { return fmt::format("{:.1f}\u00a0%", 100 * probability); }

std::string mistake(const ReportInput& input, std::size_t i) {
  const Predictions& p = input.predictions;
  const auto truth = static_cast<std::size_t>(p.labels[i]), named = static_cast<std::size_t>(p.predicted(i));
  return fmt::format(
      "<li>{}<p class=\"truth\"><span>{}</span> <span>{}</span></p><p class=\"named\"><span>→\u00a0{}</span> "
      "<span>{}</span></p><p class=\"id\">{}</p></li>\n",
      thumbnail(input, i), escape_html(p.classes[truth]), rounded(p.row(i)[truth]),
      escape_html(p.classes[named]), rounded(p.row(i)[named]), escape_html(p.ids[i]));
}

}  // namespace

page::Section mistakes_section(const ReportInput& input) {
  const std::vector<std::size_t> worst = worst_mistakes(input.predictions, kMostMistakes);
  if (worst.empty()) return {};
  const std::size_t all = worst_mistakes(input.predictions, input.predictions.size()).size();
  std::string items;
  for (const std::size_t i : worst) items += mistake(input, i);
  const std::string shown = all == worst.size() ? fmt::format("All {} wrong answers", all)
                                                : fmt::format("{} of {} wrong answers", worst.size(), all);
  return {"mistakes", "Mistakes",
          fmt::format(kMistakesSection, fmt::arg("shown", shown), fmt::arg("items", items))};
}

}  // namespace giemsa::report
