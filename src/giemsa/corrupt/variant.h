#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/corrupt/corruption.h"

namespace giemsa {

/// One way in which a whole data set is changed: a corruption at a severity, or the augmented views.
struct Variant {
  const Corruption* corruption = nullptr;  ///< nullptr: the augmented views
  int severity = 0;                        ///< 1 to kSeverities; 0: the augmented views

  std::string_view name() const;  ///< "pixelate", "augmented"
  std::string folder() const;     ///< "pixelate/3", "augmented"
  /// The changed copy of a picture; depends on the keys and its pixels alone.
  Image make(ImageView picture, std::uint64_t seed, std::string_view record_id) const;
};

/// The variants that a person asks for by names, or one of the words "all" (every corruption) and
/// "augmented", and by severities, in the order of the registry. Throws Usage for an unknown name or
/// severity.
std::vector<Variant> variants_of(std::span<const std::string> names, std::span<const int> severities);

}  // namespace giemsa
