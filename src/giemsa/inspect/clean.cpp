#include "giemsa/inspect/clean.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>

#include "giemsa/inspect/reasons.h"

namespace giemsa {
namespace {

class Cleaning {
 public:
  Cleaning(const Inspection& inspection, std::span<const Record> records, const CleanOptions& options)
      : inspection_(inspection),
        records_(records),
        options_(options),
        first_(first_of_identical(inspection.pictures)),
        findings_(records.size()),
        decisions_(records.size()) {
    std::unordered_map<std::string_view, std::size_t> numbers;
    for (std::size_t i = 0; i < records.size(); ++i) {
      numbers.emplace(records[i].id, i);
      decisions_[i].label = inspection.labels[i];
    }
    for (const Finding& finding : inspection.findings) {
      const auto found = numbers.find(finding.record);  // a finding of the set is of no record
      if (found != numbers.end()) findings_[found->second].push_back(&finding);
    }
    for (const PictureFacts& facts : inspection.pictures) ++forms_[form_of(facts)];
    for (std::size_t row = 0; row < inspection.distinct.size(); ++row)
      suggested_[inspection.distinct[row]] = inspection.label_doubts[row].suggested;
  }

  std::vector<CleanDecision> run() {
    for (const DuplicateGroup& group : inspection_.groups) {
      if (group.conflicting) settle_conflict(group);
    }
    for (std::size_t i = 0; i < decisions_.size(); ++i) judge_alone(i);
    for (const DuplicateGroup& group : inspection_.groups) thin_out(group);
    return std::move(decisions_);
  }

 private:
  const Finding* find(std::size_t record, std::string_view reason) const {
    const auto found = std::ranges::find(findings_[record], reason, &Finding::reason);
    return found == findings_[record].end() ? nullptr : *found;
  }

  /// The first reason stands.
  void drop(std::size_t record, std::string_view reason, std::string evidence) {
    CleanDecision& decision = decisions_[record];
    if (!decision.stays) return;
    decision.stays = false;
    decision.reason = reason;
    decision.evidence = std::move(evidence);
  }

  void settle_conflict(const DuplicateGroup& group) {
    if (options_.conflicting == "keep") return;
    std::map<int, std::size_t> votes;
    for (const Duplicate& member : group.members) ++votes[inspection_.labels[member.record]];
    const auto most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    const bool decided = options_.conflicting == "majority" && 2 * most->second > group.members.size();
    for (const Duplicate& member : group.members) {
      if (decided && inspection_.labels[member.record] == most->first) continue;
      const Finding* finding = find(member.record, "conflicting_label");
      drop(member.record, "conflicting_label", finding ? finding->evidence : "in a group of several labels");
    }
  }

  /// Whether what was found about the first of some identical pictures holds for this one.
  bool holds_for_copy(const Reason& reason, std::size_t record) const {
    return reason.holds_for == HoldsFor::Content ||
           (reason.holds_for == HoldsFor::LabelledContent &&
            inspection_.labels[record] == inspection_.labels[first_[record]]);
  }

  void judge_alone(std::size_t record) {
    for (const Reason& reason : reasons()) {
      if (reason.rule == nullptr || reason.of_group) continue;
      const std::string& action = options_.*reason.rule;
      if (action == "keep") continue;
      const Finding* finding = find(record, reason.word);
      if (!finding && holds_for_copy(reason, record)) finding = find(first_[record], reason.word);
      if (!finding) continue;
      if (action == "drop") {
        drop(record, finding->reason, finding->evidence);
      } else if (CleanDecision& decision = decisions_[record]; decision.stays) {  // relabel
        decision.label = suggested_.at(first_[record]);
        decision.reason = finding->reason;
        decision.evidence = finding->evidence;
      }
    }
  }

  /// What tells an original from what was made of it: higher for an original.
  auto originality(std::size_t record) const {
    const PictureFacts& facts = inspection_.pictures[record];
    return std::pair(forms_.at(form_of(facts)), std::int64_t{facts.width} * facts.height);
  }
  using Form = std::array<std::uint64_t, 3>;
  static Form form_of(const PictureFacts& facts) {
    return {facts.form, static_cast<std::uint64_t>(facts.width), static_cast<std::uint64_t>(facts.height)};
  }

  /// Keeps one of what is left of each content, then one of what is left of the group: among pictures of one
  /// label. Those without label go with the others where these have one only.
  void thin_out(const DuplicateGroup& group) {
    std::set<int> labels;
    for (const std::size_t record : group.records()) {
      if (decisions_[record].stays) labels.insert(decisions_[record].label);
    }
    labels.erase(-1);
    std::map<int, std::vector<std::size_t>> parts;  // by label
    for (const std::size_t record : group.records())
      parts[labels.size() > 1 ? decisions_[record].label : -1].push_back(record);
    for (const auto& [label, members] : parts) thin_out(members);
  }

  void thin_out(const std::vector<std::size_t>& members) {
    std::map<std::size_t, std::vector<std::size_t>> contents;  // first record of each → members
    for (const std::size_t record : members) contents[first_[record]].push_back(record);
    for (const auto& [first, copies] : contents) keep_of(copies, options_.identical, false);
    if (contents.size() > 1) keep_of(members, options_.near_duplicates, true);
  }

  void keep_of(std::vector<std::size_t> members, const std::string& action, bool near) {
    std::erase_if(members, [&](std::size_t record) { return !decisions_[record].stays; });
    if (action == "keep" || members.size() < 2) return;
    const std::size_t best =
        *std::ranges::max_element(members, {}, [&](std::size_t r) { return originality(r); });
    const bool keeps_one = action == "keep_one";
    for (const std::size_t record : members) {
      if (keeps_one && record == best) continue;
      const bool same_file = inspection_.pictures[record].stored == inspection_.pictures[best].stored;
      const Likeness likeness = near ? Likeness::Near : same_file ? Likeness::File : Likeness::Pixels;
      drop(record, likeness_name(likeness),
           keeps_one ? fmt::format("{} stays", records_[best].id)
                     : fmt::format("one of {}, of which none stays", members.size()));
    }
  }

  const Inspection& inspection_;
  std::span<const Record> records_;
  const CleanOptions& options_;
  std::vector<std::size_t> first_;
  std::vector<std::vector<const Finding*>> findings_;
  std::map<Form, std::size_t> forms_;  ///< how many pictures are of that size and stored in that way
  std::map<std::size_t, int> suggested_;
  std::vector<CleanDecision> decisions_;
};

}  // namespace

std::vector<CleanDecision> decide(const Inspection& inspection, std::span<const Record> records,
                                  const CleanOptions& options) {
  return Cleaning(inspection, records, options).run();
}

}  // namespace giemsa
