#pragma once
#include <span>

namespace giemsa {

/// out = features / |features|; zeros stay zeros. Both of one length, features finite.
void to_unit_length(std::span<const float> features, std::span<float> out);

}  // namespace giemsa
