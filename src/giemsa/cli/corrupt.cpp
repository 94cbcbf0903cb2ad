#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/progress.h"
#include "giemsa/core/text.h"
#include "giemsa/corrupt/augmented_view.h"
#include "giemsa/corrupt/corrupted_set.h"
#include "giemsa/corrupt/sheet.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/data/subset.h"
#include "giemsa/image/codec.h"
#include "giemsa/split/split.h"

namespace giemsa {
namespace {

struct Arguments {
  std::string data, out, sheet, part, split_file, severity = "all";
  std::vector<std::string> names{"all"};
  std::uint64_t seed = 1;
  int tile_px = 96, threads = 0;
  bool list = false;
};

void print_list() {
  for (const Corruption& corruption : corruptions()) {
    fmt::print("{:<17} {}\n{:<17} {}:", corruption.name, corruption.doc, "", corruption.unit);
    const char* between = " ";
    for (const Magnitude& magnitude : corruption.magnitudes) {
      fmt::print("{}{}", between, magnitude[0]);
      if (corruption.numbers == 2) fmt::print(", {}", magnitude[1]);
      between = corruption.numbers == 2 ? "; " : ", ";
    }
    fmt::print("\n{:<17} {}\n", "", corruption.source);
  }
  fmt::print("{:<17} {}\n", kAugmentedName, kAugmentedDoc);
}

std::vector<int> severities_of(const std::string& text) {
  if (text == "all") return {1, 2, 3, 4, 5};
  require(text.size() == 1 && text[0] >= '1' && text[0] <= '0' + kSeverities, ErrorKind::Usage,
          fmt::format("[corrupt] severity is '{}'; expected 1 to {}, or all", printable(text), kSeverities));
  return {text[0] - '0'};
}

/// The records of the part that is asked for; all of them without one.
std::unique_ptr<Source> part_of(const Source& source, const Arguments& args) {
  const Split split = args.split_file.empty() ? official_split(source) : read_split(args.split_file, source);
  std::vector<SubsetRecord> records;
  for (const std::size_t i : split.members(parse_part(args.part, "--split")))
    records.push_back({i, source.records()[i].label});
  require(!records.empty(), ErrorKind::Data, fmt::format("[corrupt] the part '{}' is empty", args.part));
  return subset(source, records);
}

/// Different pictures for the rows, spread over the data set, which is sorted by class as a rule. In the
/// place of a broken one stands the next that can be read.
void write_sheet(const Source& source, const std::vector<Variant>& variants, const Arguments& args) {
  const std::size_t records = source.records().size();
  std::map<std::size_t, Finding> broken;
  const auto picture = [&](std::size_t row) {
    const std::size_t first = (row * 2 + 1) * records / (2 * (corruptions().size() + 1));
    for (std::size_t k = 0; k < records; ++k) {
      const std::size_t i = (first + k) % records;
      if (broken.contains(i)) continue;
      std::optional<Finding> finding;
      if (auto read = load_or_find(source, i, finding))
        return SheetPicture{std::move(*read), source.records()[i].id};
      broken.emplace(i, std::move(*finding));
    }
    throw Error(ErrorKind::Data, fmt::format("[corrupt] no picture of {} can be read", args.data));
  };
  write_atomic(args.sheet, encode_png(corruption_sheet(variants, args.seed, args.tile_px, picture)));
  std::vector<Finding> findings;
  for (const auto& [record, finding] : broken) findings.push_back(finding);
  if (args.out.empty()) say_findings(findings);  // otherwise the copies tell of all
  say("a sheet of {} in {}", args.data, args.sheet);
}

void corrupt_command(const Arguments& args) {
  if (args.list) return print_list();
  require(!args.data.empty(), ErrorKind::Usage, "[corrupt] DATA is missing", "giemsa corrupt --help");
  require(!args.out.empty() || !args.sheet.empty(), ErrorKind::Usage, "[corrupt] nothing is asked for",
          "--out FOLDER, --sheet FILE or --list");
  require(args.split_file.empty() || !args.part.empty(), ErrorKind::Usage,
          "[corrupt] --split-file without the part of it", "--split test");
  const std::vector<Variant> variants = variants_of(args.names, severities_of(args.severity));
  require(
      args.severity == "all" || std::ranges::any_of(variants, [](const Variant& v) { return v.corruption; }),
      ErrorKind::Usage, fmt::format("[corrupt] '{}' has no severities", kAugmentedName),
      "leave out --severity");
  for (const std::string& file : {args.out, args.sheet})
    if (!file.empty()) require_outside(file, args.data, "corrupt");
  const auto whole = open_source(args.data);
  if (!args.sheet.empty()) require_no_picture(args.sheet, *whole, "corrupt");
  say_findings(whole->findings());
  const auto part = args.part.empty() ? nullptr : part_of(*whole, args);
  const Source& source = part ? *part : *whole;
  if (!args.sheet.empty()) write_sheet(source, variants, args);
  if (args.out.empty()) return;
  ProgressBar bar("Corrupt");
  const CorruptedSet made = write_corrupted_set(
      source, args.out,
      {.variants = variants, .seed = args.seed, .source_name = args.data, .threads = args.threads},
      bar.callback());
  bar.finish();
  say_findings(made.findings);
  say("{} picture{} in each of {} set{} in {}, for measuring only", made.pictures,
      made.pictures == 1 ? "" : "s", variants.size(), variants.size() == 1 ? "" : "s", args.out);
}

}  // namespace

void add_corrupt_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("corrupt", "Make corrupted copies of a data set, to measure models by");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest");
  command->add_option("--out", args->out, "New folder for CORRUPTION/SEVERITY/<class>/NAME.png");
  command
      ->add_option("--corruption", args->names,
                   "Names of --list; all: every corruption; augmented: an augmented test set")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--severity", args->severity, "1 to 5, or all")->capture_default_str();
  command->add_option("--seed", args->seed, "Other seeds draw other bubbles")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  command->add_option("--split", args->part, "Only this part: train, val or test; default: all pictures")
      ->check(CLI::IsMember({"train", "val", "test"}));
  command->add_option("--split-file", args->split_file, "A split.csv; default: the source's own split");
  command->add_option("--sheet", args->sheet, "A PNG that shows every corruption at every severity");
  command->add_option("--tile", args->tile_px, "Side of the sheet's pictures in px")
      ->check(CLI::Range(16, 512))
      ->capture_default_str();
  command->add_option("--threads", args->threads, "0: one per processor; does not change the pictures")
      ->check(CLI::Range(0, 1024));
  command->add_flag("--list", args->list, "Print the corruptions and their magnitudes");
  command->footer(
      "Examples:\n"
      "  giemsa corrupt --list\n"
      "  giemsa corrupt cells --split test --split-file run/split.csv --out corrupted --sheet sheet.png\n"
      "  giemsa corrupt cells --corruption motion_blur --severity 3 --out moved");
  command->callback([args] { corrupt_command(*args); });
}

}  // namespace giemsa
