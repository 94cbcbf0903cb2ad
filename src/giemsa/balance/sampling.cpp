#include "giemsa/balance/sampling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

constexpr std::array<std::string_view, 3> kNames{"natural", "balanced", "oversample"};

using Members = std::vector<std::size_t>;

/// The members of each label that occurs, by label.
std::map<std::int64_t, Members> members_by_label(std::span<const std::int64_t> labels) {
  std::map<std::int64_t, Members> members;
  for (std::size_t i = 0; i < labels.size(); ++i) members[labels[i]].push_back(i);
  return members;
}

/// An endless sequence of one class's members: all of them in a shuffled order, then all in another, …
class Rounds {
 public:
  Rounds(Members members, std::uint64_t seed, std::int64_t label)
      : members_(std::move(members)), seed_(seed), label_(static_cast<std::uint64_t>(label)) {}

  std::size_t at(std::uint64_t position) {
    const std::uint64_t round = position / members_.size();
    if (order_.empty() || round != round_) {
      round_ = round;
      order_ = members_;
      Random({seed_, fnv1a("balanced"), label_, round}).shuffle(std::span(order_));
    }
    return order_[position % members_.size()];
  }

 private:
  Members members_, order_;
  std::uint64_t seed_, label_, round_ = 0;
};

Members all_in_turn(std::span<const std::int64_t> labels, std::uint64_t seed, std::int64_t epoch) {
  std::vector<Rounds> classes;
  for (auto& [label, members] : members_by_label(labels)) classes.emplace_back(members, seed, label);
  const std::uint64_t begin = static_cast<std::uint64_t>(epoch - 1) * labels.size();
  Members order;
  for (std::uint64_t turn = begin; turn < begin + labels.size(); ++turn)
    order.push_back(classes[turn % classes.size()].at(turn / classes.size()));
  return order;
}

/// Each picture once, and behind them the repeats; not shuffled.
Members with_repeats(std::span<const std::int64_t> labels, std::uint64_t seed, std::int64_t epoch) {
  Members order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto classes = members_by_label(labels);
  std::size_t largest = 0;
  for (const auto& [label, members] : classes) largest = std::max(largest, members.size());
  for (const auto& [label, members] : classes) {
    Members shuffled = members;
    Random({seed, fnv1a("oversample"), static_cast<std::uint64_t>(label), static_cast<std::uint64_t>(epoch)})
        .shuffle(std::span(shuffled));
    for (std::size_t i = members.size(); i < largest; ++i) order.push_back(shuffled[i % members.size()]);
  }
  return order;
}

}  // namespace

std::span<const std::string_view> sampling_names() { return kNames; }

std::vector<EpochDraw> draw_epoch(std::string_view sampling, std::span<const std::int64_t> labels,
                             std::uint64_t seed, std::int64_t epoch) {
  require(std::ranges::find(kNames, sampling) != kNames.end(), ErrorKind::Usage,
          fmt::format("[train] sampling '{}'; natural, balanced or oversample is expected", sampling));
  Members order;
  if (sampling == "balanced") {
    order = all_in_turn(labels, seed, epoch);
  } else {
    if (sampling == "oversample") {
      order = with_repeats(labels, seed, epoch);
    } else {
      order.resize(labels.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
    }
    Random({seed, fnv1a("order"), static_cast<std::uint64_t>(epoch)}).shuffle(std::span(order));
  }
  std::vector<EpochDraw> draws;
  std::vector<std::size_t> times(labels.size());
  for (const std::size_t member : order) draws.push_back({member, times[member]++});
  return draws;
}

}  // namespace giemsa
