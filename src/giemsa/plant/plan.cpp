#include "giemsa/plant/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/core/text.h"
#include "giemsa/split/shares.h"

namespace giemsa {
namespace {

void check_counts(const PlantOptions& options) {
  const auto check = [](const char* name, std::int64_t value) {
    constexpr std::int64_t kMost = 1'000'000;
    require(value >= 0 && value <= kMost, ErrorKind::Usage,
            fmt::format("[plant] {} is {}; 0 to {} is expected", name, value, kMost));
  };
  check("cells", options.cells);
  check("exact-copies", options.exact_copies);
  check("near", options.near_duplicates);
  check("non-cells", options.non_cells);
  check("corrupt", options.corrupt);
  for (const Repeat& repeat : options.repeats) check("repeat", repeat.count);
  require(options.flips_frac >= 0 && options.flips_frac <= 1, ErrorKind::Usage,
          fmt::format("[plant] flips is {}; a share of 0 to 1 is expected", options.flips_frac));
}

/// The records that the copy takes, ascending.
std::vector<std::size_t> choose_cells(const Source& source, std::span<const std::size_t> candidates,
                                      const PlantOptions& options) {
  const std::size_t wanted = options.cells == 0 ? candidates.size() : static_cast<std::size_t>(options.cells);
  require(wanted <= candidates.size(), ErrorKind::Usage,
          fmt::format("[plant] {} cells are asked for; the data set has {} different ones", wanted,
                      candidates.size()),
          "--cells 0 takes all");
  std::vector<std::vector<std::size_t>> members(source.classes().size());
  for (const std::size_t i : candidates)
    members[static_cast<std::size_t>(source.records()[i].label)].push_back(i);
  std::vector<double> shares;
  for (const auto& records : members)
    shares.push_back(static_cast<double>(records.size()) / static_cast<double>(candidates.size()));
  const std::size_t classes =
      static_cast<std::size_t>(std::ranges::count_if(shares, [](double s) { return s > 0; }));
  require(wanted >= classes, ErrorKind::Usage,
          fmt::format("[plant] {} cells are asked for; the data set has {} classes", wanted, classes),
          "ask for one of each at least; --cells 0 takes all");
  const std::vector<std::size_t> taken = share_out(wanted, shares);
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < members.size(); ++k) {
    Random random({options.seed, fnv1a("plant.cells"), fnv1a(source.classes()[k])});
    random.shuffle(std::span(members[k]));
    chosen.insert(chosen.end(), members[k].begin(),
                  members[k].begin() + static_cast<std::ptrdiff_t>(taken[k]));
  }
  std::ranges::sort(chosen);
  return chosen;
}

class Planner {
 public:
  Planner(const Source& source, std::span<const std::size_t> candidates, const PlantOptions& options)
      : classes_(source.classes()), options_(options) {
    check_counts(options);
    require(!candidates.empty(), ErrorKind::Data, "[plant] the data set has no labelled pictures");
    for (const std::size_t record : choose_cells(source, candidates, options)) {
      const int label = source.records()[record].label;
      plan_.push_back({.kind = PlantKind::Cell,
                       .label = label,
                       .true_label = label,
                       .record = record,
                       .variant = record});
    }
    unused_.resize(plan_.size());
    std::iota(unused_.begin(), unused_.end(), std::size_t{0});
    Random({options.seed, fnv1a("plant.originals")}).shuffle(std::span(unused_));
    flips_ = static_cast<std::size_t>(std::llround(options.flips_frac * static_cast<double>(plan_.size())));
    check_enough();
  }

  std::vector<PlannedPicture> plan() {
    for (std::size_t i = 0; i < flips_; ++i) {
      PlannedPicture& cell = plan_[take()];
      cell.kind = PlantKind::LabelFlip;
      cell.label = another_label(cell.label, "plant.flip", i);
    }
    add_made_of(PlantKind::ExactCopy, options_.exact_copies);
    add_made_of(PlantKind::NearDuplicate, options_.near_duplicates);
    add_made_of(PlantKind::Corrupt, options_.corrupt);
    add_non_cells();
    add_repeats();
    give_numbers();
    return std::move(plan_);
  }

 private:
  /// Each cell is the original of one other picture at most.
  void check_enough() const {
    const std::size_t needed = flips_ + static_cast<std::size_t>(options_.exact_copies +
                                                                 options_.near_duplicates + options_.corrupt);
    require(
        needed <= plan_.size(), ErrorKind::Usage,
        fmt::format("[plant] {} label flips, {} exact copies, {} near-duplicates and {} corrupt files need "
                    "as many different cells; there are {}",
                    flips_, options_.exact_copies, options_.near_duplicates, options_.corrupt, plan_.size()),
        "lower --flips, --exact-copies, --near or --corrupt");
    require(classes_.size() > 1 || (flips_ == 0 && options_.exact_copies < 2), ErrorKind::Usage,
            "[plant] label flips and exact copies with another label need two classes; there is one",
            "--flips 0 --exact-copies 0");
  }

  std::size_t take() { return unused_[used_++]; }

  int another_label(int label, std::string_view purpose, std::uint64_t variant) const {
    const auto other = static_cast<int>(Random({options_.seed, fnv1a(purpose), variant})
                                            .below(static_cast<std::uint64_t>(classes_.size()) - 1));
    return other < label ? other : other + 1;
  }

  void add_made_of(PlantKind kind, std::int64_t count) {
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i) {
      const std::size_t original = take();
      PlannedPicture picture = plan_[original];
      picture.kind = kind;
      picture.original = original;
      picture.variant = i;
      if (kind == PlantKind::ExactCopy && i % 2 == 1) {
        picture.label = another_label(picture.label, "plant.copy", i);
      }
      if (kind == PlantKind::Corrupt) picture.true_label = -1;
      plan_.push_back(picture);
    }
  }

  void add_non_cells() {
    Random random({options_.seed, fnv1a("plant.non_cell_labels")});
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(options_.non_cells); ++i) {
      plan_.push_back({.kind = PlantKind::NonCell,
                       .label = static_cast<int>(random.below(classes_.size())),
                       .variant = i});
    }
  }

  void add_repeats() {
    for (std::size_t k = 0; k < options_.repeats.size(); ++k) {
      const Repeat& repeat = options_.repeats[k];
      const auto named = std::ranges::find(classes_, repeat.class_name);
      require(repeat.class_name.empty() || named != classes_.end(), ErrorKind::Usage,
              fmt::format("[plant] repeat: no class '{}'", printable(repeat.class_name)),
              suggest(repeat.class_name, classes_));
      for (std::size_t i = 0; i < static_cast<std::size_t>(repeat.count); ++i) {
        const std::size_t label = repeat.class_name.empty()
                                      ? i % classes_.size()
                                      : static_cast<std::size_t>(named - classes_.begin());
        plan_.push_back({.kind = PlantKind::Repeated, .label = static_cast<int>(label), .variant = k});
      }
    }
  }

  void give_numbers() {
    std::vector<std::uint64_t> numbers(plan_.size());
    std::iota(numbers.begin(), numbers.end(), std::uint64_t{1});
    Random({options_.seed, fnv1a("plant.numbers")}).shuffle(std::span(numbers));
    for (std::size_t i = 0; i < plan_.size(); ++i) plan_[i].number = numbers[i];
  }

  const std::vector<std::string>& classes_;
  const PlantOptions& options_;
  std::vector<PlannedPicture> plan_;
  std::vector<std::size_t> unused_;  ///< cells in the order in which they become originals
  std::size_t used_ = 0, flips_ = 0;
};

}  // namespace

std::string_view kind_name(PlantKind kind) {
  constexpr std::array<std::string_view, kPlantKindCount> kNames{
      "cell", "repeated", "exact_copy", "near_duplicate", "non_cell", "label_flip", "corrupt"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::vector<PlannedPicture> make_plan(const Source& source, std::span<const std::size_t> candidates,
                                      const PlantOptions& options) {
  return Planner(source, candidates, options).plan();
}

}  // namespace giemsa
