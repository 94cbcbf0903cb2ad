#include "giemsa/inspect/report_reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "giemsa/core/error.h"

namespace giemsa::inspection_report {
namespace {

constexpr std::array kReasons{
    Reason{"corrupt", "Broken files",
           "The file is there, but it is damaged, cut short, empty or no picture at all.",
           &CleanOptions::broken},
    Reason{"unreadable", "Unreadable files", "The file could not be opened or read.", &CleanOptions::broken},
    Reason{
        "conflicting_label", "Contradicting labels",
        "The same picture, or nearly the same, stands in the set under more than one label. At most one of "
        "them can be right.",
        &CleanOptions::conflicting},
    Reason{"repeated", "Repeated many times",
           "One and the same picture again and again: more often than anybody copies by mistake.",
           &CleanOptions::repeated},
    Reason{"identical_file", "Identical files", "Copies of a file, byte for byte.", &CleanOptions::identical},
    Reason{"identical_pixels", "Identical pixels",
           "Other files with exactly the same pixels, saved again without loss.", &CleanOptions::identical},
    Reason{
        "near_duplicate", "Nearly identical",
        "The same picture saved again with loss, resized, slightly cropped, mirrored or turned. In training "
        "and test at once, such pairs make a model look better than it is.",
        &CleanOptions::near_duplicates},
    Reason{"constant", "Constant", "Of one colour: nothing can be seen.", &CleanOptions::constant},
    Reason{"dark", "Dark", "Hardly any light: underexposed, or a shutter that stayed closed.",
           &CleanOptions::dark},
    Reason{"bright", "Bright", "Washed out to white: overexposed, or an empty field.", &CleanOptions::bright},
    Reason{"low_information", "Low information",
           "So few shades that there is little to learn from, as in drawings and empty fields.",
           &CleanOptions::low_information},
    Reason{"blurred", "Blurred",
           "Much less sharp than the other pictures of the set: out of focus, or enlarged.",
           &CleanOptions::blurred},
    Reason{"non_cell", "Probably not a cell",
           "Not of the kind that the set consists of: photographs, noise, text, empty fields. Labels are not "
           "asked here.",
           &CleanOptions::non_cells},
    Reason{"outlier", "Outliers",
           "Far from all others of their class: a rare cell, an artefact, or the wrong label. Rare is not "
           "wrong, "
           "so these are for a person to judge.",
           &CleanOptions::outliers},
    Reason{"label_error", "Probably mislabelled",
           "Everything speaks for another label than the one given (given → suggested). Hard cases are among "
           "them, so these are for a person to judge.",
           &CleanOptions::label_errors},
};

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

std::span<const Reason> reasons() { return kReasons; }

const Reason* find_reason(std::string_view word) {
  const auto found = std::ranges::find(kReasons, word, &Reason::word);
  return found == kReasons.end() ? nullptr : &*found;
}

std::string cleaning(const Reason& reason, const CleanOptions& options) {
  return fmt::format("giemsa clean {}.", action_of(reason, options).sentence);
}

std::string_view cleaning_word(const Reason& reason, const CleanOptions& options) {
  return action_of(reason, options).word;
}

}  // namespace giemsa::inspection_report
