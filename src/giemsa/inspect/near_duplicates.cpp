#include "giemsa/inspect/near_duplicates.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/inspect/alignment.h"
#include "giemsa/inspect/candidate_space.h"
#include "giemsa/inspect/kd_tree.h"

namespace giemsa {
namespace {

constexpr std::size_t kBlock = 64;  // pictures per unit of work

/// Numbers of the pictures in the order of their content, so that the order in which they are given changes
/// nothing: not what the space is learnt from, not which picture of a pair is laid onto the other.
std::vector<std::size_t> by_content(std::span<const Fingerprint* const> pictures) {
  std::vector<std::size_t> order(pictures.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t i, std::size_t j) {
    const Fingerprint &a = *pictures[i], &b = *pictures[j];
    return std::tie(a.luma, a.colour, i) < std::tie(b.luma, b.colour, j);
  });
  return order;
}

/// Calls work(i) for i in [0, count), a block at a time.
void in_blocks(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  parallel_for((count + kBlock - 1) / kBlock, threads, [&](std::size_t block) {
    for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i) work(i);
  });
}

/// Numbers joined into groups, each named by its smallest member.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0u); }
  std::size_t name_of(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t i, std::size_t j) {
    i = name_of(i), j = name_of(j);
    parent_[std::max(i, j)] = static_cast<std::uint32_t>(std::min(i, j));
  }

 private:
  std::vector<std::uint32_t> parent_;
};

struct Candidate {
  std::uint32_t picture;
  float squared_distance;
  std::size_t view;
};

/// The nearest of every view of a picture, itself excepted, each once, under the view that it is nearest to.
std::vector<Candidate> candidates_of(const Fingerprint& picture, std::uint32_t itself,
                                     const CandidateSpace& space, const KdTree& tree,
                                     std::size_t neighbours) {
  std::vector<Candidate> candidates;
  std::vector<KdTree::Neighbour> found;
  for (std::size_t view = 0; view < kCandidateViews.size(); ++view) {
    const CandidatePlace place = space.place(candidate_features(picture, kCandidateViews[view]));
    tree.nearest(place, neighbours + 1, space.radius(), found);
    for (const auto& [distance, other] : found)
      if (other != itself) candidates.push_back({other, distance, view});
  }
  std::ranges::sort(candidates, {},
                    [](const Candidate& c) { return std::tuple(c.picture, c.squared_distance, c.view); });
  const auto again = std::ranges::unique(candidates, {}, &Candidate::picture);
  candidates.erase(again.begin(), again.end());
  return candidates;
}

/// Pairs between the pictures `among`, found from `from`, a part of them.
std::vector<NearPair> search(std::span<const Fingerprint* const> pictures,
                             const std::vector<std::size_t>& among, const std::vector<std::uint32_t>& from,
                             const CandidateSpace& space, const NearDuplicateOptions& options,
                             const ProgressCallback& progress) {
  std::vector<float> places(among.size() * kCandidateDimensions);
  in_blocks(among.size(), options.threads, [&](std::size_t i) {
    const CandidatePlace place = space.place(candidate_features(*pictures[among[i]], kCandidateViews[0]));
    std::ranges::copy(place, &places[i * kCandidateDimensions]);
  });
  const KdTree tree(places, kCandidateDimensions);

  std::vector<NearPair> pairs;
  std::mutex mutex;
  std::atomic<std::uint64_t> done = 0;
  in_blocks(from.size(), options.threads, [&](std::size_t i) {
    const std::size_t a = among[from[i]];
    for (const Candidate& candidate :
         candidates_of(*pictures[a], from[i], space, tree, static_cast<std::size_t>(options.neighbours))) {
      const std::size_t b = among[candidate.picture];
      const Fit fit = best_fit(*pictures[a], kCandidateViews[candidate.view], *pictures[b]);
      if (fit.similarity < options.similarity) continue;
      const std::lock_guard lock(mutex);
      pairs.push_back({a, b, fit.similarity, fit.symmetry});
    }
    if (const auto now = ++done; progress && (now % kBlock == 0 || now == from.size()))
      progress(now, from.size());
  });
  return pairs;
}

/// In the order of the given numbers, each pair once, as it fits best.
void put_in_order(std::vector<NearPair>& pairs, const std::vector<std::size_t>& numbers) {
  for (NearPair& pair : pairs) {
    pair.a = numbers[pair.a];
    pair.b = numbers[pair.b];
    if (pair.a < pair.b) continue;
    std::swap(pair.a, pair.b);
    pair.symmetry = inverse(pair.symmetry);
  }
  std::ranges::sort(pairs, {},
                    [](const NearPair& p) { return std::tuple(p.a, p.b, -p.similarity, p.symmetry); });
  const auto again = std::ranges::unique(pairs, {}, [](const NearPair& p) { return std::pair(p.a, p.b); });
  pairs.erase(again.begin(), again.end());
}

}  // namespace

void describe(OptionVisitor& visit, NearDuplicateOptions& o) {
  visit.field("similarity", o.similarity,
              {.doc = "Least similarity of two pictures that count as near-duplicates; 1 is a perfect fit.",
               .min = 0.5,
               .max = 1});
  visit.field(
      "neighbours", o.neighbours,
      {.doc = "Pictures compared closely with each view of a picture, at most.", .min = 1, .max = 1024});
}

std::vector<NearPair> find_near_duplicates(std::span<const Fingerprint* const> pictures,
                                           const NearDuplicateOptions& options,
                                           const ProgressCallback& progress) {
  require(options.similarity >= 0 && options.similarity <= 1, ErrorKind::Usage,
          fmt::format("[near_duplicates] similarity {}; expected 0 to 1", options.similarity), "0.9");
  require(options.neighbours >= 1, ErrorKind::Usage,
          fmt::format("[near_duplicates] {} neighbours; expected 1 or more", options.neighbours), "4");
  if (pictures.size() < 2) return {};
  const std::vector<std::size_t> order = by_content(pictures);
  std::vector<const Fingerprint*> sorted;
  for (const std::size_t i : order) sorted.push_back(pictures[i]);
  const CandidateSpace space(sorted, options.threads);

  std::vector<std::size_t> among(sorted.size());
  std::iota(among.begin(), among.end(), std::size_t{0});
  std::vector<std::uint32_t> from(among.begin(), among.end());
  Groups groups(sorted.size());
  std::vector<NearPair> pairs;
  for (ProgressCallback report = progress;; report = {}) {
    const std::vector<NearPair> found = search(sorted, among, from, space, options, report);
    if (found.empty()) break;
    pairs.insert(pairs.end(), found.begin(), found.end());
    for (const NearPair& pair : found) groups.join(pair.a, pair.b);
    // Those of a large group may have been too busy with each other to meet the rest of it: its first one
    // looks again, among one of each group.
    std::vector<std::int64_t> sizes(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) ++sizes[groups.name_of(i)];
    among.clear();
    from.clear();
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (sizes[i] > options.neighbours) from.push_back(static_cast<std::uint32_t>(among.size()));
      if (sizes[i] > 0) among.push_back(i);
    }
    if (from.empty()) break;
  }
  put_in_order(pairs, order);
  return pairs;
}

}  // namespace giemsa
