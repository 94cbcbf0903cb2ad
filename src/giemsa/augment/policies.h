#pragma once
#include <span>
#include <string_view>

#include "giemsa/augment/options.h"

namespace giemsa {

/// A named set of augmentation.
struct Policy {
  std::string_view name, description, source;
  AugmentOptions (*make)();
};

/// All policies, in the order of the list that people see.
std::span<const Policy> policies();

/// The options of a policy. Throws Usage, naming the nearest candidate, for an unknown name.
AugmentOptions find_policy(std::string_view name);

}  // namespace giemsa
