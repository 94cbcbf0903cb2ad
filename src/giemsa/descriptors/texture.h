#pragma once
#include <array>

#include "giemsa/descriptors/stain.h"

namespace giemsa {

/// The mean step between neighbouring pixels along both directions, at full size and after the plane was
/// halved once, twice and three times (means of 2×2 pixels).
std::array<float, 4> mean_steps(const Plane64& plane);

}  // namespace giemsa
