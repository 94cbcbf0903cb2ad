#include "giemsa/stats/kd_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"

namespace giemsa {
namespace {

using Neighbours = std::vector<KdTree::Neighbour>;

std::vector<float> scattered(std::size_t count, std::size_t dimensions) {
  Random random({fnv1a("kd_tree_test"), count, dimensions});
  std::vector<float> points(count * dimensions);
  for (float& value : points) value = random.uniform(-1.f, 1.f);
  return points;
}

/// By looking at every point.
Neighbours nearest_of_all(const std::vector<float>& points, std::span<const float> place, std::size_t count,
                          float radius) {
  Neighbours all;
  for (std::uint32_t i = 0; i * place.size() < points.size(); ++i) {
    float sum = 0;
    for (std::size_t d = 0; d < place.size(); ++d) {
      const float gap = points[i * place.size() + d] - place[d];
      sum += gap * gap;
    }
    if (sum <= radius * radius) all.push_back({sum, i});
  }
  std::ranges::sort(all);
  all.resize(std::min(count, all.size()));
  return all;
}

std::vector<std::uint32_t> numbers(const Neighbours& neighbours) {
  std::vector<std::uint32_t> list;
  for (const auto& one : neighbours) list.push_back(one.point);
  return list;
}

TEST(KdTree, FindsWhatLookingAtEveryPointFinds) {
  const struct {
    std::size_t points, dimensions, count;
    float radius;
  } cases[] = {{1, 3, 2, 10},      {64, 2, 5, 10},
               {65, 2, 5, 10},     {1000, 1, 3, .1f},
               {3000, 9, 8, .7f},  {3000, 24, 4, 3},
               {500, 5, 500, .5f}, {777, 4, 6, std::numeric_limits<float>::infinity()}};
  for (const auto& c : cases) {
    const std::vector<float> points = scattered(c.points, c.dimensions), places = scattered(40, c.dimensions);
    const KdTree tree(points, c.dimensions);
    Neighbours found;
    for (std::size_t i = 0; i < 40; ++i) {
      const auto place = std::span(places).subspan(i * c.dimensions, c.dimensions);
      tree.nearest(place, c.count, c.radius, found);
      EXPECT_EQ(numbers(found), numbers(nearest_of_all(points, place, c.count, c.radius))) << c.points;
    }
  }
}

TEST(KdTree, TakesTheSmallerNumberOfEquals) {
  const std::vector<float> points(200, 0.5f);  // 100 times the same place
  Neighbours found;
  KdTree(points, 2).nearest(std::vector<float>{0.5f, 0.5f}, 3, 1, found);
  EXPECT_EQ(numbers(found), (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(KdTree, MissesFewWithLessCare) {
  constexpr std::size_t kDimensions = 24;
  const std::vector<float> points = scattered(4000, kDimensions);
  const KdTree tree(points, kDimensions);
  Random random({fnv1a("kd_tree_test.care")});
  int found_itself = 0;
  Neighbours found;
  for (std::uint32_t i = 0; i < 400; ++i) {
    std::vector<float> place(&points[i * kDimensions], &points[(i + 1) * kDimensions]);
    for (float& value : place) value += random.uniform(-.2f, .2f);
    tree.nearest(place, 4, 1.5f, found, 0.4f);
    EXPECT_LE(found.size(), 4u);
    EXPECT_TRUE(std::ranges::is_sorted(found));
    found_itself += std::ranges::count(numbers(found), i) == 1;
  }
  EXPECT_GE(found_itself, 390);
}

TEST(KdTree, HoldsEveryPointOnce) {
  const KdTree tree(scattered(321, 3), 3);
  std::vector<std::uint32_t> points(tree.in_order().begin(), tree.in_order().end()), expected(321);
  std::ranges::sort(points);
  std::iota(expected.begin(), expected.end(), 0u);
  EXPECT_EQ(points, expected);
}

TEST(KdTree, RefusesWhatHasOtherDimensions) {
  const std::vector<float> six(6);
  Neighbours found;
  EXPECT_THROW(KdTree(six, 0), Error);
  EXPECT_THROW(KdTree(six, 4), Error);
  EXPECT_THROW(KdTree(six, 3).nearest(std::vector<float>(2), 1, 1, found), Error);
  KdTree({}, 3).nearest(std::vector<float>(3), 1, 1, found);
  EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace giemsa
