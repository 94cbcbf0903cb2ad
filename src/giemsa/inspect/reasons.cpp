#include "giemsa/inspect/reasons.h"

#include <algorithm>
#include <array>

namespace giemsa {
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
        &CleanOptions::conflicting, HoldsFor::Picture, true},
    Reason{"repeated", "Repeated many times",
           "One and the same picture again and again: more often than anybody copies by mistake.",
           &CleanOptions::repeated},
    Reason{"identical_file", "Identical files", "Copies of a file, byte for byte.", &CleanOptions::identical,
           HoldsFor::Picture, true},
    Reason{"identical_pixels", "Identical pixels",
           "Other files with exactly the same pixels, saved again without loss.", &CleanOptions::identical,
           HoldsFor::Picture, true},
    Reason{
        "near_duplicate", "Nearly identical",
        "The same picture saved again with loss, resized, slightly cropped, mirrored or turned. In training "
        "and test at once, such pairs make a model look better than it is.",
        &CleanOptions::near_duplicates, HoldsFor::Picture, true},
    Reason{"constant", "Constant", "Of one colour: nothing can be seen.", &CleanOptions::constant,
           HoldsFor::Content},
    Reason{"dark", "Dark", "Hardly any light: underexposed, or a shutter that stayed closed.",
           &CleanOptions::dark, HoldsFor::Content},
    Reason{"bright", "Bright", "Washed out to white: overexposed, or an empty field.", &CleanOptions::bright,
           HoldsFor::Content},
    Reason{"low_information", "Low information",
           "So few shades that there is little to learn from, as in drawings and empty fields.",
           &CleanOptions::low_information, HoldsFor::Content},
    Reason{"blurred", "Blurred",
           "Much less sharp than the other pictures of the set: out of focus, or enlarged.",
           &CleanOptions::blurred, HoldsFor::Content},
    Reason{"non_cell", "Probably not a cell",
           "Not of the kind that the set consists of: photographs, noise, text, empty fields. Labels are not "
           "asked here.",
           &CleanOptions::non_cells, HoldsFor::Content},
    Reason{"outlier", "Outliers",
           "Far from all others of their class: a rare cell, an artefact, or the wrong label. Rare is not "
           "wrong, "
           "so these are for a person to judge.",
           &CleanOptions::outliers, HoldsFor::Content},
    Reason{"label_error", "Probably mislabelled",
           "Everything speaks for another label than the one given (given → suggested). Hard cases are among "
           "them, so these are for a person to judge.",
           &CleanOptions::label_errors, HoldsFor::LabelledContent},
    Reason{"similar_class", "Classes spelt alike",
           "Two classes whose names differ in case, spaces or signs only: probably one class.", nullptr},
    Reason{
        "too_many_classes", "Too many classes",
        "So many classes that pictures are not compared with their own: labels are not judged, and outliers "
        "are those far from all pictures.",
        nullptr},
    Reason{"unlabelled", "Without label", "No class is named, so the picture has no class folder to go to.",
           nullptr},
    Reason{"unsupported", "Not named like a picture",
           "The name does not end like that of a picture, so in a class folder it would not be read.",
           nullptr},
};

}  // namespace

std::span<const Reason> reasons() { return kReasons; }

const Reason* find_reason(std::string_view word) {
  const auto found = std::ranges::find(kReasons, word, &Reason::word);
  return found == kReasons.end() ? nullptr : &*found;
}

}  // namespace giemsa
