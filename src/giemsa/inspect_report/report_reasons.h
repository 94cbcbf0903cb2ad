#pragma once
#include <string>
#include <string_view>

#include "giemsa/inspect/reasons.h"

namespace giemsa::inspection_report {

/// "`giemsa clean` keeps one picture of each group.": what the rule of this reason does; "" without a rule.
std::string cleaning(const Reason& reason, const CleanOptions& options);

/// The same in a word or two: "left out", "one kept"; "–" without a rule.
std::string_view cleaning_word(const Reason& reason, const CleanOptions& options);

}  // namespace giemsa::inspection_report
