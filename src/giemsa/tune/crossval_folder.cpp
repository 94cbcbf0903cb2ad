// What was asked of a cross-validation, as its folder keeps it: crossval.toml, recipe.toml, the folds'
// splits.

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/tune/crossval.h"
#include "giemsa/tune/fold_splits.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

/// Every record in just one fold, and in none of the folds where it has no part.
void check_folds(const Crossval& crossval, const Source& source) {
  for (std::size_t record = 0; record < source.records().size(); ++record) {
    std::size_t tested = 0;
    for (const Split& split : crossval.splits) tested += split.parts[record] == Part::Test ? 1 : 0;
    require(tested == (source.records()[record].label < 0 ? 0u : 1u), ErrorKind::Data,
            fmt::format("[crossval] '{}' is in {} folds of {}; every labelled record is in one",
                        source.records()[record].id, tested, crossval.folder.string()),
            "the folder or the data set was changed; begin a new cross-validation");
  }
}

}  // namespace

void describe(OptionVisitor& visit, CrossvalOptions& o) {
  visit.field("folds", o.folds, {.doc = "Parts, each of which is held out once.", .min = 2, .max = 100});
  visit.field("val_share", o.val_share,
              {.doc = "Share of what is not held out by which a training chooses its best epoch.",
               .min = 0.01,
               .max = 0.9});
  visit.field("seed", o.seed, {.doc = "Other seeds divide otherwise.", .min = 0});
}

namespace {

DescribeFunction describer(CrossvalOptions& options) {
  return [&options](OptionVisitor& visit) { describe(visit, options); };
}

}  // namespace

Crossval begin_crossval(const fs::path& folder, const CrossvalOptions& options, const Config& recipe,
                        const Source& source, const RecordGroups& groups, std::int64_t threads) {
  require(!fs::exists(folder / "crossval.toml"), ErrorKind::Usage,
          fmt::format("[crossval] {} already holds a cross-validation", folder.string()),
          "--resume to go on with it, or another --out");
  require(recipe.data.split.empty(), ErrorKind::Usage,
          "[crossval] the recipe names a split (data.split); the folds are the splits",
          "--set data.split= leaves it out");
  Crossval crossval{folder, options, recipe,
                    fold_splits(source, static_cast<int>(options.folds), options.val_share,
                                static_cast<std::uint64_t>(options.seed), groups)};
  if (crossval.recipe.train.threads == 0) crossval.recipe.train.threads = threads;
  for (std::size_t fold = 0; fold < crossval.splits.size(); ++fold) {
    fs::create_directories(crossval.fold_folder(fold));
    write_split(crossval.fold_folder(fold) / "split.csv", crossval.splits[fold], source);
  }
  write_atomic(folder / "recipe.toml", to_toml(crossval.recipe, true));
  CrossvalOptions saved = options;
  write_atomic(folder / "crossval.toml", to_toml(describer(saved), true));  // last: it marks the folder
  return crossval;
}

Crossval open_crossval(const fs::path& folder, const Source& source) {
  const fs::path marker = folder / "crossval.toml";
  require(fs::exists(marker), ErrorKind::Usage,
          fmt::format("[crossval] {} holds no cross-validation", folder.string()),
          "leave out --resume to begin one");
  Crossval crossval{folder, {}, load_recipe((folder / "recipe.toml").string()), {}};
  apply_toml(describer(crossval.options), read_text(marker, 1 << 20), marker.string());
  for (std::size_t fold = 0; fold < static_cast<std::size_t>(crossval.options.folds); ++fold) {
    crossval.splits.push_back(read_split(crossval.fold_folder(fold) / "split.csv", source));
  }
  check_folds(crossval, source);
  return crossval;
}

}  // namespace giemsa
