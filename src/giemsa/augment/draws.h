#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "giemsa/augment/options.h"
#include "giemsa/core/random.h"

namespace giemsa {

/// What is drawn for one view. Each operation has a stream of its own, named by one key and its name, so that
/// it draws the same whatever the others do. An operation of probability 0 draws nothing.
class Draws {
 public:
  Draws(const AugmentOptions& options, std::uint64_t key);

  bool drawn(OperationId id) const { return at(id).has_value(); }
  /// The operation's number, or `otherwise` where it is not drawn.
  double number(OperationId id, double otherwise) const { return at(id).value_or(otherwise); }
  /// For an operation that needs more than its number.
  Random stream(OperationId id) const;
  /// For the scheme; `view` tells the views of one picture apart.
  Random scheme_stream(std::uint64_t view) const;

 private:
  const std::optional<double>& at(OperationId id) const { return numbers_[static_cast<std::size_t>(id)]; }

  std::uint64_t key_;
  std::array<std::optional<double>, kOperationCount> numbers_;
};

}  // namespace giemsa
