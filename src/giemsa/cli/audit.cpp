#include "giemsa/duplicates/audit.h"

#include <CLI/CLI.hpp>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/split/split.h"

namespace giemsa {
namespace {

struct Arguments {
  std::string a, b, split, out;
  double similarity = NearDuplicateOptions{}.similarity;
  bool strict = false;
};

/// Groups that leak, and for each record of the sources audited what to call it.
struct Audit {
  const char* where;  ///< leaks are
  std::vector<DuplicateGroup> groups;
  std::vector<std::array<std::string, 3>> names;  ///< [records]: set or part, id, label
  std::vector<Finding> unusable;                  ///< what was not compared
};

/// A manifest may list pictures anywhere; none of them is to become the table of leaks.
void refuse_pictures(const Arguments& args, const Source& source) {
  if (!args.out.empty()) require_no_picture(args.out, source, "audit");
}

Audit audit_two_sets(const Arguments& args) {
  const auto a = open_source(args.a), b = open_source(args.b);
  for (const Source* source : {a.get(), b.get()}) refuse_pictures(args, *source);
  ProgressBar bar("Inspect");
  Leakage leakage = find_leakage(*a, *b, {.similarity = args.similarity}, bar.callback());
  bar.finish();
  Audit audit{"on both sides", std::move(leakage.groups), {}, std::move(leakage.unusable)};
  for (const auto& [source, set] : {std::pair{a.get(), "A"}, {b.get(), "B"}}) {
    for (const Record& record : source->records())
      audit.names.push_back({set, record.id, source->class_name(record.label)});
  }
  return audit;
}

Audit audit_parts(const Arguments& args) {
  const auto source = open_source(args.a);
  refuse_pictures(args, *source);
  const Split split = args.split.empty() ? official_split(*source) : read_split(args.split, *source);
  ProgressBar bar("Inspect");
  const auto pictures = look_at_pictures(*source, bar.callback());
  bar.finish();
  std::vector<int> labels;
  Audit audit{"in more than one part", {}, {}, {source->findings().begin(), source->findings().end()}};
  for (std::size_t i = 0; i < source->records().size(); ++i) {
    const Record& record = source->records()[i];
    labels.push_back(record.label);
    if (pictures[i].broken) audit.unusable.push_back(*pictures[i].broken);
    audit.names.push_back({part_name(split.parts[i]), record.id, source->class_name(record.label)});
  }
  audit.groups = leaks_between_parts(find_duplicates(pictures, labels, {.similarity = args.similarity}, {}),
                                     split.parts);
  return audit;
}

void write_leaks(const std::filesystem::path& csv, const Audit& audit) {
  std::string text;
  append_csv_row(text, {"group", "set", "record", "label", "likeness", "similarity", "like_set", "like"});
  for (std::size_t g = 0; g < audit.groups.size(); ++g) {
    for (const Duplicate& member : audit.groups[g].members) {
      const auto& [set, id, label] = audit.names[member.record];
      const bool first = member.like == member.record;
      append_csv_row(
          text,
          {std::to_string(g + 1), set, id, label, first ? "" : std::string(likeness_name(member.likeness)),
           first ? "" : shortest(member.similarity), first ? "" : audit.names[member.like][0],
           first ? "" : audit.names[member.like][1]});
    }
  }
  write_atomic(csv, text);
}

std::string set_title(const std::string& set) { return set.empty() ? "no part" : set; }

/// The first picture of each set, and how many more there are.
std::string group_line(const Audit& audit, const DuplicateGroup& group) {
  std::string line;
  std::set<std::string> shown;
  for (const Duplicate& member : group.members) {
    const auto& [set, id, label] = audit.names[member.record];
    if (!shown.insert(set).second) continue;
    line += fmt::format("{}{}: {} ({})", line.empty() ? "" : "  =  ", set_title(set), printable(id),
                        printable(label));
  }
  const std::size_t rest = group.members.size() - shown.size();
  return rest == 0 ? line : fmt::format("{}  and {} more", line, rest);
}

void print_leaks(const Audit& audit) {
  std::size_t identical = 0, conflicting = 0;
  std::map<std::string, std::size_t> leaked;  // pictures by set
  for (const DuplicateGroup& group : audit.groups) {
    for (const Duplicate& member : group.members) ++leaked[audit.names[member.record][0]];
    identical += group.likeness() != Likeness::Near;
    conflicting += group.conflicting;
  }
  fmt::print(
      "{} groups of pictures are {}: {} identical, {} nearly identical; {} with contradicting labels\n",
      audit.groups.size(), audit.where, identical, audit.groups.size() - identical, conflicting);
  for (const auto& [set, count] : leaked) fmt::print("  {} pictures of {}\n", count, set_title(set));
  constexpr std::size_t kShown = 10;
  for (std::size_t g = 0; g < std::min(audit.groups.size(), kShown); ++g)
    fmt::print("  {}\n", group_line(audit, audit.groups[g]));
  if (audit.groups.size() > kShown) fmt::print("  and {} more\n", audit.groups.size() - kShown);
}

}  // namespace

void add_audit_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("audit", "Find pictures that leak from one set into another");
  command->add_option("A", args->a, "Class folders, .npz or .csv manifest")->required();
  auto* b = command->add_option("B", args->b, "Another one; without it, the parts of A's split are compared");
  command->add_option("--split", args->split, "The split.csv of A; without it, the split that A itself names")
      ->excludes(b);
  command->add_option("--similarity", args->similarity, "From which similarity on two pictures show the same")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--out", args->out, "A .csv file for all of them");
  command->add_flag("--strict", args->strict,
                    "Exit with 3 when there is any leak, or anything that cannot be read");
  command->footer(
      "Identical and nearly identical pictures (re-encoded, resized, slightly cropped, flipped, turned) that "
      "are in\n"
      "both make a model look better than it is.\n\nExamples:\n"
      "  giemsa audit train_cells test_cells --out leaks.csv\n"
      "  giemsa audit cells --split split.csv --strict");
  command->callback([args] {
    if (!args->out.empty()) {
      for (const std::string& read : {args->a, args->b, args->split})
        if (!read.empty()) require_outside(args->out, read, "audit");
    }
    const Audit audit = args->b.empty() ? audit_parts(*args) : audit_two_sets(*args);
    say_findings(audit.unusable);
    print_leaks(audit);
    if (!args->out.empty()) write_leaks(args->out, audit);
    if (!args->strict) return;
    require(audit.groups.empty(), ErrorKind::Data,
            fmt::format("[audit] {} groups of pictures are {}", audit.groups.size(), audit.where),
            args->b.empty() ? "giemsa split keeps them together" : "take them out of one of the two");
    require(audit.unusable.empty(), ErrorKind::Data,
            fmt::format("[audit] {} could not be read and were not compared", audit.unusable.size()),
            "giemsa clean leaves them out");
  });
}

}  // namespace giemsa
