#include "giemsa/duplicates/near_duplicates.h"

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/joined_sets.h"
#include "giemsa/core/parallel.h"
#include "giemsa/duplicates/alignment.h"
#include "giemsa/duplicates/candidate_space.h"
#include "giemsa/stats/kd_tree.h"

namespace giemsa {
namespace {

constexpr std::size_t kBlock = 64;  // pictures per unit of work
constexpr float kCare = 0.25f;      // of the search among places (kd_tree.h)

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

/// The places of pictures as a whole. → [N, kCandidateDimensions]
std::vector<float> places_of(std::span<const Fingerprint* const> pictures, const CandidateSpace& space,
                             int threads) {
  std::vector<float> places(pictures.size() * kCandidateDimensions);
  in_blocks(pictures.size(), threads, [&](std::size_t i) {
    const CandidatePlace place = space.place(candidate_features(*pictures[i], kCandidateViews[0]));
    std::ranges::copy(place, &places[i * kCandidateDimensions]);
  });
  return places;
}

/// Looks for pictures among others, one after another.
class Searcher {
 public:
  using Nearest = std::vector<KdTree::Neighbour>;

  Searcher(const CandidateSpace& space, const KdTree& tree, std::size_t neighbours)
      : space_(space), tree_(tree), neighbours_(neighbours) {}

  /// Of the nearest under each view, those to lay over it: the picture itself excepted, each under the view
  /// that it is nearest to.
  const std::array<Nearest, kCandidateViews.size()>& candidates(const Fingerprint& picture,
                                                                std::span<const float> place,
                                                                std::uint32_t itself) {
    find(place, near_[0]);
    for (std::size_t view = 1; view < kCandidateViews.size(); ++view)
      find(space_.place(candidate_features(picture, kCandidateViews[view])), near_[view]);
    for (std::size_t view = 0; view < near_.size(); ++view)
      std::erase_if(near_[view], [&](const KdTree::Neighbour& one) {
        return one.point == itself || nearer_under_another(one, view);
      });
    return near_;
  }

 private:
  void find(std::span<const float> place, Nearest& nearest) const {
    tree_.nearest(place, neighbours_ + 1, space_.radius(), nearest, kCare);
  }

  bool nearer_under_another(const KdTree::Neighbour& one, std::size_t view) const {
    for (std::size_t v = 0; v < near_.size(); ++v)
      for (const KdTree::Neighbour& other : near_[v])
        if (v != view && other.point == one.point && other.squared_distance < one.squared_distance)
          return true;
    return false;
  }

  const CandidateSpace& space_;
  const KdTree& tree_;
  std::size_t neighbours_;
  std::array<Nearest, kCandidateViews.size()> near_;
};

/// Pairs between the pictures `among`, found from those of them that are marked.
std::vector<NearPair> search(std::span<const Fingerprint* const> pictures, std::span<const float> places,
                             const std::vector<std::size_t>& among, const std::vector<char>& marked,
                             const CandidateSpace& space, const NearDuplicateOptions& options,
                             const ProgressCallback& progress) {
  const auto place_of = [&](std::size_t picture) {
    return places.subspan(picture * kCandidateDimensions, kCandidateDimensions);
  };
  std::vector<float> searched;
  for (const std::size_t picture : among) {
    const auto place = place_of(picture);
    searched.insert(searched.end(), place.begin(), place.end());
  }
  const KdTree tree(searched, kCandidateDimensions);

  std::vector<std::uint32_t> from;
  std::ranges::copy_if(tree.in_order(), std::back_inserter(from), [&](std::uint32_t i) { return marked[i]; });

  std::vector<NearPair> pairs;
  std::mutex mutex;
  std::uint64_t done = 0;
  parallel_for((from.size() + kBlock - 1) / kBlock, options.threads, [&](std::size_t block) {
    Searcher searcher(space, tree, static_cast<std::size_t>(options.neighbours));
    std::vector<NearPair> found;
    const std::size_t end = std::min(from.size(), (block + 1) * kBlock);
    for (std::size_t i = block * kBlock; i < end; ++i) {
      const std::size_t a = among[from[i]];
      const auto& candidates = searcher.candidates(*pictures[a], place_of(a), from[i]);
      for (std::size_t view = 0; view < candidates.size(); ++view) {
        if (candidates[view].empty()) continue;
        const Fitter fitter(*pictures[a], kCandidateViews[view]);
        for (const auto& candidate : candidates[view]) {
          const std::size_t b = among[candidate.point];
          const Fit fit = fitter.fit(*pictures[b]);
          if (fit.similarity >= options.similarity) found.push_back({a, b, fit.similarity, fit.symmetry});
        }
      }
    }
    const std::lock_guard lock(mutex);
    pairs.insert(pairs.end(), found.begin(), found.end());
    done += end - block * kBlock;
    if (progress) progress(done, from.size());
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
              {.doc = "Least similarity of two pictures that count as "
                      "near-duplicates; 1 is a perfect fit.",
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
          fmt::format("[near_duplicates] {} neighbours; expected 1 or more", options.neighbours), "5");
  if (pictures.size() < 2) return {};
  const std::vector<std::size_t> order = by_content(pictures);
  std::vector<const Fingerprint*> sorted;
  for (const std::size_t i : order) sorted.push_back(pictures[i]);
  const CandidateSpace space(sorted, options.threads);
  const std::vector<float> places = places_of(sorted, space, options.threads);

  std::vector<std::size_t> among(sorted.size());
  std::iota(among.begin(), among.end(), std::size_t{0});
  std::vector<char> marked(sorted.size(), true);
  JoinedSets groups(sorted.size());
  std::vector<NearPair> pairs;
  for (ProgressCallback report = progress;; report = {}) {
    const std::vector<NearPair> found = search(sorted, places, among, marked, space, options, report);
    if (found.empty()) break;
    pairs.insert(pairs.end(), found.begin(), found.end());
    for (const NearPair& pair : found) groups.join(pair.a, pair.b);
    // Those of a large group may have been too busy with each other to meet the rest of it: its first one
    // looks again, among one of each group.
    std::vector<std::int64_t> sizes(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) ++sizes[groups.first_of(i)];
    among.clear();
    marked.clear();
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (sizes[i] == 0) continue;
      among.push_back(i);
      marked.push_back(sizes[i] > options.neighbours);
    }
    if (std::ranges::count(marked, true) == 0) break;
  }
  put_in_order(pairs, order);
  return pairs;
}

}  // namespace giemsa
