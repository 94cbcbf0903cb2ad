#include "giemsa/inspect_report/report_reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "giemsa/core/error.h"

namespace giemsa::inspection_report {
namespace {

/// What a word of CleanOptions does, told in two ways.
struct Action {
  std::string_view name, word, sentence;
};
constexpr std::array kActions{
    Action{"drop", "left out", "leaves them out"},
    Action{"keep_one", "one kept", "keeps one picture of each group"},
    Action{"majority", "majority kept", "keeps those with the label that more than half of them carry"},
    Action{"relabel", "relabelled", "gives them the suggested label"},
    Action{"keep", "kept", "keeps them"},
};

const Action& action_of(const Reason& reason, const CleanOptions& options) {
  const std::string& name = options.*reason.rule;
  const auto action = std::ranges::find(kActions, name, &Action::name);
  require(action != kActions.end(), ErrorKind::Internal,
          fmt::format("[inspection report] cleaning knows no '{}'", name));
  return *action;
}

}  // namespace

std::string cleaning(const Reason& reason, const CleanOptions& options) {
  if (reason.rule == nullptr) return "";
  return fmt::format("giemsa clean {}.", action_of(reason, options).sentence);
}

std::string_view cleaning_word(const Reason& reason, const CleanOptions& options) {
  return reason.rule == nullptr ? "–" : action_of(reason, options).word;
}

}  // namespace giemsa::inspection_report
