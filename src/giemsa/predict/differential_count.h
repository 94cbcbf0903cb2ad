#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "giemsa/metrics/bootstrap.h"
#include "giemsa/predict/cell_kinds.h"

namespace giemsa {

/// One class of a differential count.
struct CountedClass {
  std::string name;
  CellKind kind = CellKind::White;
  std::int64_t cells = 0;
  /// White: per cent of the white cells. Erythroblast: cells per 100 white ones. Other: NaN, and NaN
  /// where there are no white cells.
  double value = std::numeric_limits<double>::quiet_NaN();
  Interval interval = {};  ///< of value, 95 %
};

/// Counts the cells that pictures show, and what was not told of them.
class DifferentialCount {
 public:
  explicit DifferentialCount(std::vector<std::string> classes);

  void add(std::size_t class_index);
  void add_unlike() { ++unlike_; }          ///< abstained from: unlike the cells of the training
  void add_unsure() { ++unsure_; }          ///< abstained from: not sure
  void add_unreadable() { ++unreadable_; }  ///< the picture could not be read

  /// In the order of the classes. The intervals are Wilson's (metrics/wilson.h), of a share of the white
  /// cells; for n erythroblasts beside w white cells that of n / (n + w), as the ratio that belongs to it.
  std::vector<CountedClass> classes() const;
  std::int64_t white_cells() const;
  std::int64_t unlike() const { return unlike_; }
  std::int64_t unsure() const { return unsure_; }
  std::int64_t abstained() const { return unlike_ + unsure_; }
  std::int64_t unreadable() const { return unreadable_; }
  /// Pictures that could be read.
  std::int64_t readable() const;

 private:
  std::vector<std::string> names_;
  std::vector<std::int64_t> cells_;
  std::int64_t unlike_ = 0, unsure_ = 0, unreadable_ = 0;
};

/// As CSV: name,pictures,unit,value,low,high. A row for each class; one for `white cells`, `abstained` and
/// `unreadable`, whose unit is empty as that of other cells is.
std::string differential_count_csv(const DifferentialCount& count);

/// As a table for people: lines with '\n' between them.
std::string differential_count_table(const DifferentialCount& count);

}  // namespace giemsa
