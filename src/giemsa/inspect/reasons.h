#pragma once
#include <span>
#include <string>
#include <string_view>

#include "giemsa/inspect/policy.h"

namespace giemsa {

/// Which identical copies of a picture a finding holds for as well.
enum class HoldsFor {
  Picture,         ///< none: it is about the file, or the copies have findings of their own
  Content,         ///< all
  LabelledContent  ///< those with the same label
};

/// One kind of finding. All plain text.
struct Reason {
  std::string_view word;            ///< Finding::reason
  std::string_view title;           ///< e.g. "Blurred"
  std::string_view meaning;         ///< a sentence or two
  std::string CleanOptions::*rule;  ///< what cleaning does; null where it has no say
  HoldsFor holds_for = HoldsFor::Picture;
  bool of_group = false;  ///< decided for a group of duplicates and not for each picture by itself
};

/// Every reason that a finding can have, those that weigh most first.
std::span<const Reason> reasons();
/// The entry of a word; null for an unknown one.
const Reason* find_reason(std::string_view word);

}  // namespace giemsa
