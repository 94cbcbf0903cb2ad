#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace giemsa {

/// Points in space, kept so that the nearest to a place are found without looking at all of them (Bentley
/// 1975).
class KdTree {
 public:
  struct Neighbour {
    float squared_distance = 0;
    std::uint32_t point = 0;
    auto operator<=>(const Neighbour&) const = default;
  };

  /// points: [N, dimensions], row by row; the tree keeps its own copy. Throws Internal for 0 dimensions, for
  /// points that are no whole rows, and for more than 2³² - 1 points.
  KdTree(std::span<const float> points, std::size_t dimensions);

  /// Fills `found` with the `count` points nearest to `place`, of those not farther than `radius`: nearest
  /// first, of equals the smaller number first. With `care` below 1 parts of space are passed over that are
  /// farther than `care` times what could still count: faster, and nearly always the same answer, since in
  /// many dimensions hardly any point lies at the near corner of its part of space.
  void nearest(std::span<const float> place, std::size_t count, float radius, std::vector<Neighbour>& found,
               float care = 1) const;

  /// All points, near ones close together: asked about in this order, questions find their answers in the
  /// processor's cache.
  std::span<const std::uint32_t> in_order() const { return order_; }

 private:
  struct Node {
    std::uint32_t first, last;  ///< its points in order_
    std::uint32_t right;        ///< the second child; 0: a leaf. The first child comes next in nodes_
    std::uint32_t axis;
    float split;
    std::size_t blocks;  ///< where a leaf's coordinates begin in points_
  };
  struct Search;

  std::uint32_t build(std::span<const float> points, std::uint32_t first, std::uint32_t last);
  void visit(std::uint32_t node, float squared_gap, Search& search) const;

  std::size_t dimensions_;
  std::vector<std::uint32_t> order_;
  std::vector<float> points_;  ///< in the order of order_, in blocks of a few points: [dimensions, points]
  std::vector<Node> nodes_;
};

}  // namespace giemsa
