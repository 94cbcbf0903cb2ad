#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <set>

#include "giemsa/core/text.h"
#include "giemsa/inspect_report/report_gallery.h"
#include "giemsa/inspect_report/report_reasons.h"
#include "giemsa/page/parts.h"

namespace giemsa::inspection_report {
namespace {

constexpr std::array kWords{"conflicting_label", "repeated", "identical_file", "identical_pixels",
                            "near_duplicate"};
constexpr std::size_t kMostInGroup = 6;  ///< different pictures
constexpr std::size_t kMostLabels = 4;   ///< below one picture
constexpr std::size_t kFew = 8;          ///< pictures; of more, fewer are named

std::set<std::size_t> records_with(const Context& context, std::string_view reason) {
  std::set<std::size_t> records;
  if (const auto findings = context.by_reason.find(reason); findings != context.by_reason.end()) {
    for (const std::size_t finding : findings->second) {
      if (const auto record = context.record_of(finding)) records.insert(*record);
    }
  }
  return records;
}

/// Which gallery a group belongs to. What was planted in masses under many labels is no dispute about a cell.
std::string_view word_of(const DuplicateGroup& group, const std::set<std::size_t>& repeated) {
  const auto in_masses = [&](const Duplicate& member) { return repeated.contains(member.record); };
  if (std::ranges::any_of(group.members, in_masses)) return "repeated";
  return group.conflicting ? "conflicting_label" : likeness_name(group.likeness());
}

/// One content of a group: its picture once, and below it all that carry it, by label.
Card card(const Context& context, const DuplicateGroup& group, const std::vector<std::size_t>& records) {
  std::string html;
  std::map<int, std::vector<std::size_t>> by_label;
  for (const std::size_t record : records) by_label[context.inspection.labels[record]].push_back(record);
  std::size_t labels = 0;
  for (const auto& [label, carriers] : by_label) {
    if (labels++ == kMostLabels) {
      html += fmt::format("<p class=\"id\">and {} more labels</p>", by_label.size() - kMostLabels);
      break;
    }
    html += fmt::format("<p class=\"truth\"><span>{}</span>{}</p>", context.label(carriers.front()),
                        copies_mark(carriers.size()));
    for (const std::size_t record : carriers | std::views::take(records.size() > kFew ? 1 : 2)) {
      html += id_line(context.input.records[record].id);
    }
  }
  const auto tie = std::ranges::find(group.members, records.front(), &Duplicate::record);
  if (tie->likeness == Likeness::Near) {
    html += fmt::format("<p class=\"evidence\">similarity {:.3f}</p>", tie->similarity);
  }
  return {records.front(), html};
}

Strip strip(const Context& context, const DuplicateGroup& group) {
  std::map<std::size_t, std::vector<std::size_t>> contents;
  for (const Duplicate& member : group.members)
    contents[context.first[member.record]].push_back(member.record);
  Strip strip;
  strip.heading = page::counted(static_cast<std::int64_t>(group.members.size()), "picture", "pictures");
  strip.conflicting = group.conflicting;
  if (group.conflicting) strip.heading += ", <b>labels contradict</b>";
  for (const auto& [first, records] : contents) {
    if (strip.cards.size() == kMostInGroup) break;
    strip.cards.push_back(card(context, group, records));
  }
  if (const std::size_t rest = contents.size() - strip.cards.size(); rest > 0) {
    strip.more = fmt::format("and {} in duplicates.csv",
                             page::counted(static_cast<std::int64_t>(rest), "more", "more"));
  }
  return strip;
}

Gallery gallery(const Context& context, std::string_view word, std::vector<const DuplicateGroup*> groups) {
  // Contradictions first, then the largest.
  std::ranges::stable_sort(groups, [](const DuplicateGroup* a, const DuplicateGroup* b) {
    return std::pair(a->conflicting, a->members.size()) > std::pair(b->conflicting, b->members.size());
  });
  const Reason& reason = *find_reason(word);
  Gallery gallery;
  gallery.id = word;
  gallery.title = reason.title;
  gallery.note = context.note(word);
  std::size_t pictures = 0;
  for (const DuplicateGroup* group : groups) {
    Strip next = strip(context, *group);
    if (pictures + next.cards.size() > kMostPictures) break;
    pictures += next.cards.size();
    gallery.strips.push_back(std::move(next));
  }
  if (const std::size_t rest = groups.size() - gallery.strips.size(); rest > 0) {
    gallery.more = fmt::format("and {} in duplicates.csv",
                               page::counted(static_cast<std::int64_t>(rest), "more group", "more groups"));
  }
  return gallery;
}

}  // namespace

std::vector<Gallery> duplicate_galleries(const Context& context) {
  const std::set<std::size_t> repeated = records_with(context, "repeated");
  std::map<std::string_view, std::vector<const DuplicateGroup*>> by_word;
  for (const DuplicateGroup& group : context.inspection.groups) {
    by_word[word_of(group, repeated)].push_back(&group);
  }
  std::vector<Gallery> galleries;
  for (const char* word : kWords) {
    if (by_word.contains(word)) galleries.push_back(gallery(context, word, by_word[word]));
  }
  return galleries;
}

}  // namespace giemsa::inspection_report
