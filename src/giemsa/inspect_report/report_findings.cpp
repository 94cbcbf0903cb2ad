#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "giemsa/core/text.h"
#include "giemsa/inspect_report/report_gallery.h"
#include "giemsa/inspect_report/report_reasons.h"
#include "giemsa/page/parts.h"

namespace giemsa::inspection_report {
namespace {

/// Shown elsewhere: as groups, or without pictures.
constexpr std::array kElsewhere{"corrupt",        "unreadable",       "conflicting_label", "repeated",
                                "identical_file", "identical_pixels", "near_duplicate"};

/// One content with the first finding about it.
struct Item {
  std::size_t finding, record;
};

/// The findings of one reason, each content once.
std::vector<Item> items_of(const Context& context, const std::vector<std::size_t>& findings) {
  std::vector<Item> items;
  std::set<std::size_t> seen;
  for (const std::size_t finding : findings) {
    const auto record = context.record_of(finding);
    if (record && seen.insert(context.first[*record]).second) items.push_back({finding, *record});
  }
  return items;
}

/// How strong a case it is, where that is known; larger is stronger.
std::optional<float> strength(const Context& context, std::string_view word, std::size_t record) {
  const Inspection& all = context.inspection;
  const std::optional<std::size_t> row = context.row[record];
  if (!row) return std::nullopt;
  if (word == "outlier" && !all.outliers.records.empty()) return all.outliers.records[*row].own;
  if (word == "non_cell" && !all.non_cells.empty()) return all.non_cells[*row].score;
  if (word == "label_error" && !all.label_doubts.empty()) return all.label_doubts[*row].score;
  return std::nullopt;
}

/// The strongest cases, strongest first; where strength is not known, some that are spread evenly over the
/// set.
std::vector<Item> chosen(const Context& context, std::string_view word, std::vector<Item> items) {
  if (!items.empty() && strength(context, word, items.front().record)) {
    const auto rank = [&](const Item& item) {
      return strength(context, word, item.record).value_or(-std::numeric_limits<float>::infinity());
    };
    std::ranges::stable_sort(items, std::greater{}, rank);
    items.resize(std::min(items.size(), kMostPictures));
    return items;
  }
  if (items.size() <= kMostPictures) return items;
  std::vector<Item> spread;
  for (std::size_t i = 0; i < kMostPictures; ++i) spread.push_back(items[i * items.size() / kMostPictures]);
  return spread;
}

Card card(const Context& context, std::string_view word, const Item& item) {
  const auto& [finding, record] = item;
  const std::optional<float> known = strength(context, word, record);
  std::string html = fmt::format("<p class=\"truth\"><span>{}</span>{}</p>", context.content_label(record),
                                 copies_mark(context.copies[record]));
  const LabelDoubt* doubt =
      word == "label_error" && known ? &context.inspection.label_doubts[*context.row[record]] : nullptr;
  if (doubt != nullptr && doubt->suggested >= 0) {
    const auto suggested = static_cast<std::size_t>(doubt->suggested);
    html += fmt::format("<p class=\"named\"><span>→\u00a0{}</span> <span>{:.3f}</span></p>",
                        page::outside(context.inspection.classes[suggested]), doubt->score);
  } else if (word == "outlier" && known) {
    html += fmt::format("<p><span>distance</span><span>{:.1f}</span></p>", *known);
  } else {
    html += fmt::format("<p class=\"evidence\">{}</p>",
                        page::outside(context.inspection.findings[finding].evidence));
  }
  return {record, html + id_line(context.input.records[record].id)};
}

Gallery gallery(const Context& context, std::string_view word, const std::vector<std::size_t>& findings) {
  const Reason* reason = find_reason(word);
  Gallery gallery;
  gallery.title = reason ? std::string(reason->title) : printable(word);
  gallery.note = context.note(word);
  const std::vector<Item> items = items_of(context, findings), shown = chosen(context, word, items);
  Strip strip;
  for (const Item& item : shown) strip.cards.push_back(card(context, word, item));
  if (!strip.cards.empty()) gallery.strips.push_back(std::move(strip));
  if (const std::size_t rest = items.size() - shown.size(); rest > 0) {
    gallery.more = fmt::format("and {} in findings.csv", page::counted(static_cast<std::int64_t>(rest),
                                                                       "more picture", "more pictures"));
  }
  return gallery;
}

}  // namespace

std::vector<Gallery> finding_galleries(const Context& context) {
  std::vector<Gallery> galleries;
  const auto add = [&](std::string_view word, const std::vector<std::size_t>& findings, std::string id) {
    Gallery next = gallery(context, word, findings);
    next.id = std::move(id);
    if (!next.strips.empty()) galleries.push_back(std::move(next));
  };
  for (const Reason& reason : reasons()) {
    const auto findings = context.by_reason.find(reason.word);
    if (findings == context.by_reason.end() || std::ranges::count(kElsewhere, reason.word) > 0) continue;
    add(reason.word, findings->second, std::string(reason.word));
  }
  int others = 0;
  for (const auto& [word, findings] : context.by_reason) {
    if (find_reason(word) == nullptr) add(word, findings, fmt::format("other-{}", ++others));
  }
  return galleries;
}

}  // namespace giemsa::inspection_report
