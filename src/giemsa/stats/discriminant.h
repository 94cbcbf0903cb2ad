#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace giemsa {

/// What a discriminant is fitted from. The sums of the parts of a set add up to the sums of the set.
struct ClassSums {
  std::size_t columns = 0;       ///< D
  std::vector<double> counts;    ///< [K]: records of each class
  std::vector<double> sums;      ///< [K, D]: of each class's features
  std::vector<double> products;  ///< [D, D]: Σ x xᵀ over all records, lower triangle

  void add(const ClassSums& other);
};

/// Of the records `members`. rows: [N, columns]; labels: [N], those of members in [0, classes).
ClassSums class_sums(std::span<const float> rows, std::size_t columns, std::span<const int> labels,
                     std::size_t classes, std::span<const std::size_t> members);

/// Fisher's linear discriminant: the flat space in which the classes lie furthest apart, compared with how
/// far their members spread. In it every class has the spread 1 in all directions, on average over the
/// classes. The common covariance is drawn by 5 % towards a multiple of the unit matrix, so that it has an
/// inverse also with fewer records than features.
class Discriminant {
 public:
  /// At least two classes must have members; classes without any are never predicted.
  explicit Discriminant(const ClassSums& sums);

  std::size_t dimensions() const { return dimensions_; }
  /// rows: [N, D] → [N, dimensions()].
  std::vector<float> places(std::span<const float> rows) const;
  /// The probability of each class for what lies at `place`, by normal distributions around the class means
  /// and by how frequent the classes are. out: [K].
  void predict(std::span<const float> place, std::span<float> out) const;

 private:
  std::size_t columns_ = 0, dimensions_ = 0;
  std::vector<float> axes_;            ///< [D, dimensions]
  std::vector<double> centres_;        ///< [K, dimensions]
  std::vector<double> log_frequency_;  ///< [K]; -∞ for a class without members
};

}  // namespace giemsa
