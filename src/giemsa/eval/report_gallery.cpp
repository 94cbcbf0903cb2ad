#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "giemsa/core/text.h"
#include "giemsa/eval/mistakes.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/image/codec.h"
#include "giemsa/image/preprocess.h"

namespace giemsa::report {
namespace {

constexpr std::size_t kMostMistakes = 40;
constexpr int kThumbnail_px = 192;  ///< twice the size on the page, for fine screens
constexpr int kJpegQuality = 88;

constexpr char kMistakesSection[] = R"(<section id="mistakes">
<h2>Mistakes</h2>
<p class="note">{shown}, the surest first. Below each picture: its label, and the name that the model gave (→), with
the probability of either. Some of the labels may be the mistake.</p>
<ul class="gallery">
{items}</ul>
</section>
)";

/// The picture as it stands in the page. Large ones are shrunk to the centre square that the network sees.
std::string data_uri(const Image& picture) {
  const bool large = std::max(picture.width(), picture.height()) > kThumbnail_px;
  const Bytes jpeg = encode_jpeg(
      large ? crop_and_resize(picture, Preprocess{.crop_px = 0, .input_px = kThumbnail_px}) : picture,
      kJpegQuality);
  return "data:image/jpeg;base64," + base64(jpeg);
}

std::string thumbnail(const ReportInput& input, std::size_t i) {
  std::string reason = "no picture";
  try {
    const Image picture = input.picture ? input.picture(i) : Image();
    if (!picture.empty()) {
      return fmt::format("<img src=\"{}\" alt=\"{}\">", data_uri(picture),
                         escape_html(input.predictions.ids[i]));
    }
  } catch (const std::exception& error) {  // the report is worth having without this picture, and says why
    reason = error.what();
  }
  return fmt::format("<div class=\"missing\" title=\"{}\">picture not available</div>", escape_html(reason));
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

std::string mistakes_section(const ReportInput& input) {
  const std::vector<std::size_t> worst = worst_mistakes(input.predictions, kMostMistakes);
  if (worst.empty()) return {};
  const std::size_t all = worst_mistakes(input.predictions, input.predictions.size()).size();
  std::string items;
  for (const std::size_t i : worst) items += mistake(input, i);
  const std::string shown = all == worst.size() ? fmt::format("All {} wrong answers", all)
                                                : fmt::format("{} of {} wrong answers", worst.size(), all);
  return fmt::format(kMistakesSection, fmt::arg("shown", shown), fmt::arg("items", items));
}

}  // namespace giemsa::report
