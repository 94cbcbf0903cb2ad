#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "giemsa/core/text.h"
#include "giemsa/eval/mistakes.h"
#include "giemsa/eval/report_parts.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/page/parts.h"
#include "giemsa/page/picture.h"

namespace giemsa::report {
namespace {

constexpr std::size_t kMostPictures = 40;   ///< of a gallery
constexpr std::size_t kMostUncertain = 20;  ///< of the least certain
constexpr int kThumbnail_px = 192;          ///< twice the size on the page, for fine screens
constexpr int kJpegQuality = 85;

/// Large pictures are shrunk to the centre square that the network sees.
std::string thumbnail(const std::function<Image(std::size_t)>& picture, std::size_t i, std::string_view alt) {
  const auto small = [&] {
    Image image = picture ? picture(i) : Image();
    const bool large = std::max(image.width(), image.height()) > kThumbnail_px;
    return large ? crop_and_resize(image, Preprocess{.crop_px = 0, .input_px = kThumbnail_px}) : image;
  };
  return page::embedded_picture(small, alt, kJpegQuality);
}

/// One decimal: these are looked at, not compared.
std::string rounded(float probability) { return fmt::format("{:.1f}\u00a0%", 100 * probability); }

std::string pictures(const ReportInput& input, std::size_t i) {
  const std::string& id = input.predictions.ids[i];
  const std::string own = thumbnail(input.picture, i, id);
  if (!input.overlay) return own;
  return fmt::format("<div class=\"looked\">{}{}</div>", own,
                     thumbnail(input.overlay, i, fmt::format("{}: where the network looked", id)));
}

std::string line(const char* style, const std::string& name, const std::string& number) {
  return fmt::format("<p class=\"{}\"><span>{}</span> <span>{}</span></p>", style, page::outside(name),
                     number);
}

std::string item(const ReportInput& input, std::size_t i, const std::string& reason) {
  const Predictions& p = input.predictions;
  const int truth = p.labels[i], named = p.predicted(i);
  const auto name = [&](int k) { return p.classes[static_cast<std::size_t>(k)]; };
  std::string lines;
  if (truth >= 0 && truth != named) lines += line("truth", name(truth), rounded(p.row(i)[truth]));
  lines += line(truth == named ? "right"
                : truth < 0    ? "truth"
                               : "named",
                "→\u00a0" + name(named), rounded(p.row(i)[named]));
  if (!reason.empty()) lines += line("reason", reason, "");
  return fmt::format("<li>{}{}<p class=\"id\">{}</p></li>\n", pictures(input, i), lines,
                     page::outside(p.ids[i]));
}

/// Some pictures below a heading. reasons: [N] or empty.
void gallery(Chapter& chapter, const ReportInput& input, const char* heading, const std::string& note,
             std::span<const std::size_t> shown, std::span<const std::string> reasons) {
  if (shown.empty()) return;
  const Predictions& p = input.predictions;
  std::string items;
  page::Table table{.heads = {"Picture", "Label", "Named", "Probability, %"}, .rows = {}, .words = {1, 2}};
  if (!reasons.empty()) {
    table.heads.emplace_back("Reason");
    table.words.push_back(4);
  }
  for (const std::size_t i : shown) {
    const std::string reason = reasons.empty() ? "" : reasons[i];
    items += item(input, i, reason);
    const auto named = static_cast<std::size_t>(p.predicted(i));
    std::vector<std::string> row = {p.ids[i],
                                    p.labels[i] < 0 ? "" : p.classes[static_cast<std::size_t>(p.labels[i])],
                                    p.classes[named], fmt::format("{:.1f}", 100 * p.row(i)[named])};
    if (!reasons.empty()) row.push_back(reason);
    table.rows.push_back(std::move(row));
  }
  chapter.heading(heading);
  chapter.note(note);
  chapter.only_html(fmt::format("<ul class=\"gallery{}\">\n{}</ul>\n", input.overlay ? " wide" : "", items));
  chapter.only_markdown(table.markdown() + "\n");
}

std::string shown_of(std::size_t shown, std::size_t all, const char* singular, const char* plural) {
  if (all == 1) return fmt::format("The only {}", singular);
  return shown == all ? fmt::format("All {} {}", all, plural)
                      : fmt::format("{} of {} {}", shown, all, plural);
}

/// Those that were not answered, the surest first: of them one would like to know why.
std::vector<std::size_t> abstained(const ReportInput& input) {
  std::vector<std::size_t> found;
  if (!input.trust || !input.trust->abstention) return found;
  const Predictions& p = input.predictions;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!input.trust->abstention->reasons[i].empty()) found.push_back(i);
  }
  std::ranges::stable_sort(found, std::ranges::greater(),
                           [&](std::size_t i) { return p.row(i)[p.predicted(i)]; });
  return found;
}

/// The pictures with the smallest largest probability that are not among `shown` already.
std::vector<std::size_t> least_certain(const Predictions& p, const std::set<std::size_t>& shown) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!shown.contains(i)) order.push_back(i);
  }
  const auto sureness = [&](std::size_t i) { return p.row(i)[p.predicted(i)]; };
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), kMostUncertain));
  std::ranges::partial_sort(order, middle, [&](std::size_t a, std::size_t b) {
    return std::pair(sureness(a), a) < std::pair(sureness(b), b);
  });
  order.erase(middle, order.end());
  return order;
}

}  // namespace

Chapter gallery_chapter(const ReportInput& input, const std::filesystem::path& figures) {
  Chapter chapter("pictures", "Pictures to look at", figures);
  const Predictions& p = input.predictions;
  const std::string looked =
      input.overlay
          ? fmt::format(
                " Beside each picture, where the network looked{}.",
                input.overlay_method.empty() ? "" : fmt::format(" ({})", printable(input.overlay_method)))
          : "";
  const std::vector<std::size_t> worst = worst_mistakes(p, kMostPictures);
  std::set<std::size_t> shown(worst.begin(), worst.end());
  gallery(
      chapter, input, "Worst mistakes",
      fmt::format(
          "{}, the surest first. Below each picture: its label, and the name that the model gave (→), with "
          "the probability of either. Some of the labels may be the mistake.{}",
          shown_of(worst.size(), worst_mistakes(p, p.size()).size(), "wrong answer", "wrong answers"),
          looked),
      worst, {});

  std::vector<std::size_t> left = abstained(input);
  const std::size_t all_left = left.size();
  left.resize(std::min(left.size(), kMostPictures));
  if (!left.empty()) {
    gallery(chapter, input, "Not answered",
            fmt::format("{}, the surest first, with the reason.{}",
                        shown_of(left.size(), all_left, "picture that the model left to a person",
                                 "pictures that the model left to a person"),
                        looked),
            left, input.trust->abstention->reasons);
    shown.insert(left.begin(), left.end());
  }
  const std::vector<std::size_t> unsure = least_certain(p, shown);
  gallery(chapter, input, "Least certain of the others",
          fmt::format("The {} with the smallest probability of their name that are not shown above.{}",
                      page::counted(static_cast<std::int64_t>(unsure.size()), "picture", "pictures"), looked),
          unsure, {});
  return chapter;
}

}  // namespace giemsa::report
