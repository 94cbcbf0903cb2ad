#pragma once
#include <span>
#include <string>
#include <string_view>

#include "giemsa/inspect/policy.h"

namespace giemsa::inspection_report {

/// What the page says about one kind of finding. All plain text.
struct Reason {
  std::string_view word;     ///< Finding::reason
  std::string_view title;    ///< e.g. "Blurred"
  std::string_view meaning;  ///< a sentence or two
  std::string CleanOptions::*rule;
};

/// In the order of the page.
std::span<const Reason> reasons();
/// The entry of a word; null for one that this page does not know.
const Reason* find_reason(std::string_view word);

/// "`giemsa clean` keeps one picture of each group.": what the rule of this reason does.
std::string cleaning(const Reason& reason, const CleanOptions& options);

/// The same in a word or two: "left out", "one kept".
std::string_view cleaning_word(const Reason& reason, const CleanOptions& options);

}  // namespace giemsa::inspection_report
