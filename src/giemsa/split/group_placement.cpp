#include "giemsa/split/group_placement.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>

#include "giemsa/core/random.h"
#include "giemsa/split/shares.h"

namespace giemsa {
namespace {

constexpr std::uint64_t kDraws = 64;

/// What it costs to put a group into a part; the first number counts before the second.
struct Cost {
  std::int64_t lost = 0;    ///< pairs of class and part that can no longer get a record
  std::int64_t excess = 0;  ///< records above the shares
  auto operator<=>(const Cost&) const = default;
};

/// Puts groups into parts one by one.
class Placer {
 public:
  Placer(const Units& units, std::span<const double> shares) : units_(units), shares_(shares) {
    for (const auto& [records, count] : count_units(units)) {
      const auto sizes = share_out(records, shares);
      now_.wanted.emplace_back(sizes.begin(), sizes.end());
      auto& empty = now_.empty.emplace_back();
      for (const double share : shares) empty.push_back(share > 0);
      units_left_.push_back(static_cast<std::int64_t>(count));
      records_.push_back(static_cast<double>(records));
    }
    now_.part_of.resize(units.groups.size());
  }

  void place(std::size_t group, Random& random) {
    const GroupUnit& unit = units_.groups[group];
    std::vector<Cost> costs;
    for (std::size_t p = 0; p < shares_.size(); ++p) costs.push_back(cost_of(unit, p));
    const Cost least = *std::ranges::min_element(costs);
    std::vector<double> wishes;
    for (std::size_t p = 0; p < shares_.size(); ++p)
      wishes.push_back(costs[p] == least ? wish_for(unit, p) : 0);
    put(group, draw(wishes, random));
  }

  GroupPlacement result() && { return std::move(now_); }

 private:
  Cost cost_of(const GroupUnit& unit, std::size_t p) const {
    if (shares_[p] <= 0) return {std::numeric_limits<std::int64_t>::max(), 0};
    Cost cost;
    for (const auto& [k, count] : unit.labels) {
      const std::int64_t still_empty = std::ranges::count(now_.empty[k], true) - now_.empty[k][p];
      cost.lost += std::max<std::int64_t>(still_empty - (units_left_[k] - 1), 0);
      cost.excess += count - std::clamp<std::int64_t>(now_.wanted[k][p], 0, count);
    }
    return cost;
  }

  double wish_for(const GroupUnit& unit, std::size_t p) const {
    double wish = 1e-9;  // where nothing is wanted any more, all parts are alike
    for (const auto& [k, count] : unit.labels) {
      const auto wanted = static_cast<double>(std::max<std::int64_t>(now_.wanted[k][p], 0));
      wish += static_cast<double>(count) * wanted / records_[k];
    }
    return wish;
  }

  static std::size_t draw(const std::vector<double>& wishes, Random& random) {
    double at = random.uniform() * std::accumulate(wishes.begin(), wishes.end(), 0.0);
    std::size_t chosen = 0;
    for (std::size_t p = 0; p < wishes.size(); ++p) {
      if (wishes[p] <= 0) continue;
      chosen = p;
      if ((at -= wishes[p]) < 0) break;
    }
    return chosen;
  }

  void put(std::size_t group, std::size_t p) {
    for (const auto& [k, count] : units_.groups[group].labels) {
      now_.wanted[k][p] -= count;
      now_.empty[k][p] = false;
      --units_left_[k];
    }
    now_.part_of[group] = p;
  }

  const Units& units_;
  std::span<const double> shares_;
  std::vector<std::int64_t> units_left_;  ///< [class]: groups still to be placed, and single records
  std::vector<double> records_;           ///< [class]
  GroupPlacement now_;
};

/// One way to place all groups.
GroupPlacement draw_placement(const Units& units, std::span<const double> shares, std::uint64_t seed,
                              std::string_view purpose, std::uint64_t draw) {
  struct Turn {
    std::size_t size;
    std::uint64_t number;  ///< decides between groups of one size
    std::size_t group;
    Random random;
  };
  std::vector<Turn> turns;
  for (std::size_t g = 0; g < units.groups.size(); ++g) {
    Random random({seed, fnv1a(purpose), fnv1a("groups"), draw, fnv1a(units.groups[g].name)});
    const std::uint64_t number = random.bits();
    turns.push_back({units.groups[g].records.size(), number, g, random});
  }
  std::ranges::sort(turns, std::greater<>(),
                    [](const Turn& turn) { return std::tie(turn.size, turn.number); });
  Placer placer(units, shares);
  for (Turn& turn : turns) placer.place(turn.group, turn.random);
  return std::move(placer).result();
}

}  // namespace

std::int64_t GroupPlacement::without(const Units& units) const {
  std::int64_t sum = 0;
  for (std::size_t k = 0; k < empty.size(); ++k) {
    const auto singles = static_cast<std::int64_t>(units.singles[k].size());
    sum += std::max<std::int64_t>(std::ranges::count(empty[k], true) - singles, 0);
  }
  return sum;
}

std::int64_t GroupPlacement::excess() const {
  std::int64_t sum = 0;
  for (const auto& row : wanted) {
    for (const std::int64_t records : row) sum += std::max<std::int64_t>(-records, 0);
  }
  return sum;
}

GroupPlacement place_groups(const Units& units, std::span<const double> shares, std::uint64_t seed,
                            std::string_view purpose) {
  GroupPlacement best;
  Cost least;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    GroupPlacement placement = draw_placement(units, shares, seed, purpose, draw);
    const Cost cost{placement.without(units), placement.excess()};
    if (draw == 0 || cost < least) {
      best = std::move(placement);
      least = cost;
    }
    if (least == Cost{}) break;
  }
  return best;
}

}  // namespace giemsa
