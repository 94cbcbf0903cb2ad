#include "giemsa/augment/augment.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include "giemsa/augment/policies.h"
#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/data/broken_picture.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/image/codec.h"
#include "giemsa/run/config.h"
#include "giemsa/run/preprocess_of.h"

namespace giemsa {
namespace {

struct Arguments {
  std::string data, policy, recipe, out;
  std::vector<std::string> settings;
  int pictures = 6, views = 8;
  std::uint64_t seed = 1;
  bool list = false;
};

Config configured(const Arguments& args) {
  Config config;
  if (!args.recipe.empty()) config = load_recipe(args.recipe);
  if (!args.policy.empty()) apply_setting(config, fmt::format("augment.policy={}", args.policy));
  for (const std::string& setting : args.settings) apply_setting(config, setting);
  check(config.augment);
  return config;
}

/// "rotate           geometry       1.00  -180 to 180 deg …"
void print_operation(const Operation& row, const OperationSetting& setting) {
  std::string range;
  if (row.draw != Draw::None) range = fmt::format("{:.3g} to {:.3g} {}", setting.from, setting.to, row.unit);
  fmt::print("  {:<16} {:<13} {:>5.2f}  {:<26} {}\n", row.name, kind_name(row.kind), setting.probability,
             range, row.meaning);
}

void print_scheme(const AugmentOptions& o) {
  if (o.scheme == "randaugment") {
    fmt::print("  randaugment: {} of 14 operations at magnitude {} of 30\n", o.randaugment.count,
               o.randaugment.magnitude);
  } else if (o.scheme == "trivialaugment") {
    fmt::print("  trivialaugment: one of 14 operations at any magnitude\n");
  } else if (o.scheme == "augmix") {
    fmt::print("  augmix: {} chains of {} operations, severity {:g}, alpha {:g}\n", o.augmix.width,
               o.augmix.depth == 0 ? "1 to 3" : fmt::to_string(o.augmix.depth), o.augmix.severity,
               o.augmix.alpha);
  }
}

void print_options(const AugmentOptions& o) {
  print_scheme(o);
  for (const Operation& row : operations()) {
    if (o[row.id].probability > 0) print_operation(row, o[row.id]);
  }
}

/// What the named policy does, or every policy.
void list_policies(const std::string& only) {
  if (!only.empty()) find_policy(only);  // throws for an unknown name
  for (const Policy& policy : policies()) {
    if (!only.empty() && policy.name != only) continue;
    fmt::print("{}: {}{}\n", policy.name, policy.description,
               policy.source.empty() ? "" : fmt::format(" ({})", policy.source));
    print_options(policy.make());
  }
}

/// The numbers of the first records of all classes in turn: one of each, then a second of each, …
std::vector<std::size_t> in_turn(const Source& source) {
  std::vector<std::pair<std::size_t, std::size_t>> places;  // which of its class, record
  std::vector<std::size_t> counts(source.classes().size() + 1);
  for (std::size_t i = 0; i < source.records().size(); ++i)
    places.emplace_back(counts[static_cast<std::size_t>(source.records()[i].label + 1)]++, i);
  std::ranges::stable_sort(places, {}, [](const auto& place) { return place.first; });
  std::vector<std::size_t> records;
  for (const auto& [turn, record] : places) records.push_back(record);
  return records;
}

struct Chosen {
  std::vector<std::size_t> records;
  std::vector<Image> pictures;
};

/// The first `count` pictures that can be read; the broken ones before them are told.
Chosen load(const Source& source, int count) {
  Chosen chosen;
  std::vector<Finding> findings;
  for (const std::size_t record : in_turn(source)) {
    if (std::ssize(chosen.pictures) == count) break;
    std::optional<Finding> finding;
    if (auto picture = load_or_find(source, record, finding)) {
      chosen.pictures.push_back(std::move(*picture));
      chosen.records.push_back(record);
    } else {
      findings.push_back(std::move(*finding));
    }
  }
  say_findings(findings);
  require(!chosen.pictures.empty(), ErrorKind::Data, "[augment] no picture could be read");
  return chosen;
}

/// Pictures of one side in rows and columns, white between them.
class Sheet {
 public:
  Sheet(int columns, int rows, int side_px)
      : side_px_(side_px), image_(columns * (side_px + kGap) + kGap, rows * (side_px + kGap) + kGap) {
    std::fill_n(image_.pixels(), image_.bytes().size(), std::uint8_t{255});
  }

  /// The network's input, as levels again.  view: [side, side, 3] f32
  void draw(int column, int row, const std::vector<float>& view, const Preprocess& preprocess) {
    const float* value = view.data();
    for (int y = 0; y < side_px_; ++y) {
      std::uint8_t* to =
          image_.row(kGap + row * (side_px_ + kGap) + y) + 3 * (kGap + column * (side_px_ + kGap));
      for (int i = 0; i < 3 * side_px_; ++i, ++value) {
        const int channel = preprocess.bgr ? 2 - i % 3 : i % 3;  // of red, green, blue
        const float light = *value * preprocess.std[channel] + preprocess.mean[channel];
        to[i - i % 3 + channel] = static_cast<std::uint8_t>(std::clamp(255 * light, 0.f, 255.f) + 0.5f);
      }
    }
  }
  const Image& image() const { return image_; }

 private:
  static constexpr int kGap = 4;
  int side_px_;
  Image image_;
};

void draw_sheet(const Arguments& args) {
  const Config config = configured(args);
  const Preprocess preprocess = preprocess_of(config);
  constexpr std::int64_t kMostPixels = 64 << 20;
  const std::int64_t pixels = preprocess.input_px * preprocess.input_px * args.pictures * (args.views + 1);
  require(
      pixels <= kMostPixels, ErrorKind::Usage,
      fmt::format("[augment] the sheet would have {} pixels; {} at most are expected", pixels, kMostPixels),
      "--pictures 4 --views 4, or a smaller --set data.input_px");

  require_outside(args.out, args.data, "augment");
  const auto source = open_source(args.data);
  require_no_picture(args.out, *source, "augment");
  say_findings(source->findings());
  const Chosen chosen = load(*source, args.pictures);
  const int side = static_cast<int>(preprocess.input_px), rows = static_cast<int>(chosen.pictures.size());
  Sheet sheet(args.views + 1, rows, side);
  std::vector<float> view(std::size_t{3} * side * side);
  for (int row = 0; row < rows; ++row) {
    const Image& picture = chosen.pictures[row];
    normalise(crop_and_resize(picture, preprocess), preprocess, view.data());
    sheet.draw(0, row, view, preprocess);
    for (int column = 1; column <= args.views; ++column) {
      Random random({args.seed, fnv1a("augment"), static_cast<std::uint64_t>(column), chosen.records[row]});
      augment(centre_square(picture, preprocess), config.augment, preprocess, random, view.data());
      sheet.draw(column, row, view, preprocess);
    }
  }
  write_atomic(args.out, encode_png(sheet.image()));
  for (const std::size_t record : chosen.records) {
    const Record& shown = source->records()[record];
    fmt::print("{}{}{}\n", source->class_name(shown.label), shown.label < 0 ? "" : " ", shown.id);
  }
  say("{}: {} picture{}, each as it is and in {} view{} of the policy '{}'", args.out, rows,
      rows == 1 ? "" : "s", args.views, args.views == 1 ? "" : "s", config.augment.policy);
}

}  // namespace

void add_augment_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("augment", "Draw what training makes of pictures");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest");
  command->add_option("--policy", args->policy, "A policy's name; default: that of the recipe, or light");
  command->add_option("--recipe", args->recipe, "A recipe's name or a .toml file");
  command->add_option("--set", args->settings, "key=value, e.g. augment.rotate.to=90");
  command->add_option("--out", args->out, "The sheet, a .png");
  command->add_option("--pictures", args->pictures, "Rows; of all classes in turn")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--views", args->views, "Columns behind the picture itself")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--seed", args->seed, "Other seeds draw other views")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  command->add_flag("--list", args->list, "Tell what the policies do (or --policy alone), and end");
  command->footer(
      "Examples:\n  giemsa augment cells --policy full --out sheet.png\n"
      "  giemsa augment cells --set augment.rotate.to=0 augment.blur.probability=1 --out sheet.png\n"
      "  giemsa augment --list");
  command->callback([args] {
    if (args->list) {
      list_policies(args->policy);
      return;
    }
    require(!args->data.empty(), ErrorKind::Usage, "[augment] DATA is missing",
            "giemsa augment cells --policy full --out sheet.png");
    require(args->out.ends_with(".png"), ErrorKind::Usage,
            fmt::format("[augment] --out is '{}'; a file ending in .png is expected", args->out));
    draw_sheet(*args);
  });
}

}  // namespace giemsa
