#include "giemsa/stats/kd_tree.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/lanes.h"
#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

constexpr std::uint32_t kLeafPoints = 4 * kLanes;  // at most, in blocks of [dimensions, kLanes]
constexpr std::size_t kAxesBeforeLook = 8;  // of which the first tell most where axes are sorted by spread

/// From `place` to the points of a block. May end, with false, when all are known to lie outside the radius.
GIEMSA_VECTOR_CLONES bool squared_distances(const float* block, const float* place, std::size_t dimensions,
                                            float squared_radius, std::array<float, kLanes>& squared) {
  Lanes sums{}, axis;
  std::size_t d = 0;
  for (const std::size_t end : {std::min(dimensions, kAxesBeforeLook), dimensions}) {
    for (; d < end; ++d, block += kLanes) {
      load(axis, block);
      const Lanes gaps = axis - place[d];
      sums += gaps * gaps;
    }
    const auto inside = sums <= squared_radius;
    int any = 0;
    for (std::size_t i = 0; i < kLanes; ++i) any |= inside[i];
    if (any == 0) return false;
  }
  store(sums, squared.data());
  return true;
}

}  // namespace

/// One question. The gap of the visited node along each axis is kept, so that moving to a sibling changes one
/// term of its distance (Arya and Mount 1993).
struct KdTree::Search {
  std::span<const float> place;
  std::size_t count;
  float squared_care;
  float squared_radius;  ///< shrinks to the farthest of `count` neighbours
  std::vector<float> gaps;
  std::vector<Neighbour>& found;  ///< a heap, the worst in front
};

KdTree::KdTree(std::span<const float> points, std::size_t dimensions) : dimensions_(dimensions) {
  require(dimensions > 0 && points.size() % dimensions == 0 &&
              points.size() / dimensions < std::numeric_limits<std::uint32_t>::max(),
          ErrorKind::Internal,
          "[inspect] a tree of points needs whole rows, and fewer than 2³² - 1 "
          "of them");
  const auto count = static_cast<std::uint32_t>(points.size() / dimensions);
  order_.resize(count);
  std::iota(order_.begin(), order_.end(), 0u);
  if (count == 0) return;
  build(points, 0, count);
  for (Node& node : nodes_) {
    if (node.right != 0) continue;
    node.blocks = points_.size();
    for (std::uint32_t block = node.first; block < node.last; block += kLanes)
      for (std::size_t d = 0; d < dimensions; ++d)
        for (std::uint32_t i = block; i < block + kLanes; ++i)
          points_.push_back(i < node.last ? points[order_[i] * dimensions + d] : 0.f);
  }
}

/// Halves the points [first, last) at the median of the axis along which they spread most.
std::uint32_t KdTree::build(std::span<const float> points, std::uint32_t first, std::uint32_t last) {
  const auto number = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({first, last, 0, 0, 0, 0});
  if (last - first <= kLeafPoints) return number;
  std::vector<float> low(dimensions_, std::numeric_limits<float>::max());
  std::vector<float> high(dimensions_, std::numeric_limits<float>::lowest());
  for (std::uint32_t i = first; i < last; ++i) {
    const float* point = &points[order_[i] * dimensions_];
    for (std::size_t d = 0; d < dimensions_; ++d) {
      low[d] = std::min(low[d], point[d]);
      high[d] = std::max(high[d], point[d]);
    }
  }
  std::size_t axis = 0;
  for (std::size_t d = 1; d < dimensions_; ++d)
    if (high[d] - low[d] > high[axis] - low[axis]) axis = d;
  const std::uint32_t middle = first + (last - first) / 2;
  std::nth_element(order_.begin() + first, order_.begin() + middle, order_.begin() + last,
                   [&](std::uint32_t a, std::uint32_t b) {
                     return points[a * dimensions_ + axis] < points[b * dimensions_ + axis];
                   });
  nodes_[number].axis = static_cast<std::uint32_t>(axis);
  nodes_[number].split = points[order_[middle] * dimensions_ + axis];
  build(points, first, middle);
  const std::uint32_t right = build(points, middle, last);
  nodes_[number].right = right;
  return number;
}

void KdTree::nearest(std::span<const float> place, std::size_t count, float radius,
                     std::vector<Neighbour>& found, float care) const {
  require(place.size() == dimensions_, ErrorKind::Internal,
          "[inspect] the place searched has other dimensions than the tree");
  found.clear();
  if (count == 0 || nodes_.empty()) return;
  Search search{place, count, care * care, radius * radius, std::vector<float>(dimensions_, 0.f), found};
  visit(0, 0, search);
  std::sort_heap(found.begin(), found.end());
}

void KdTree::visit(std::uint32_t number, float squared_gap, Search& search) const {
  const Node& node = nodes_[number];
  if (node.right != 0) {
    const float side = search.place[node.axis] - node.split;
    visit(side < 0 ? number + 1 : node.right, squared_gap, search);
    float& gap = search.gaps[node.axis];
    const float before = gap;
    const float squared_far = squared_gap - before * before + side * side;
    if (squared_far <= search.squared_care * search.squared_radius) {
      gap = side;
      visit(side < 0 ? node.right : number + 1, squared_far, search);
      gap = before;
    }
    return;
  }
  auto& found = search.found;
  const float* block = &points_[node.blocks];
  for (std::uint32_t first = node.first; first < node.last; first += kLanes, block += kLanes * dimensions_) {
    std::array<float, kLanes> squared;
    if (!squared_distances(block, search.place.data(), dimensions_, search.squared_radius, squared)) continue;
    for (std::uint32_t i = 0; i < std::min<std::uint32_t>(kLanes, node.last - first); ++i) {
      if (squared[i] > search.squared_radius) continue;
      const Neighbour candidate{squared[i], order_[first + i]};
      if (found.size() == search.count) {
        if (!(candidate < found.front())) continue;
        std::pop_heap(found.begin(), found.end());
        found.pop_back();
      }
      found.push_back(candidate);
      std::push_heap(found.begin(), found.end());
      if (found.size() == search.count) search.squared_radius = found.front().squared_distance;
    }
  }
}

}  // namespace giemsa
