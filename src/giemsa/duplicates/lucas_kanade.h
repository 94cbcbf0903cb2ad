#pragma once
#include "giemsa/duplicates/placement.h"
#include "giemsa/duplicates/plane.h"

namespace giemsa {

/// Least standard deviation of a plane with structure, in levels; below, a picture counts as blank.
inline constexpr float kMinDeviation = 2;

struct Aligned {
  float correlation = 0;
  Placement placement{};
};

/// Moves and stretches `target` on `base` until they agree best (Lucas and Kanade 1981; sides stretched
/// separately, brightness and contrast left open): from `start` in at most `steps` steps, the best placement
/// on the way. Gives up where the first look does not reach the correlation `at_start`, or two steps do not
/// reach `at_end`. Made for planes of 16 and 32.
template <int N>
Aligned align(const Plane<N>& base, const Plane<N>& target, const Placement& start, int steps, float at_start,
              float at_end);

/// Correlation of base and target where they overlap; 0 where less than 60 % does, or without structure. Made
/// for planes of 32.
template <int N>
float correlation_at(const Plane<N>& base, const Plane<N>& target, const Placement& placement);

}  // namespace giemsa
