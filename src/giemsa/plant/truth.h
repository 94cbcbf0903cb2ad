#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/plant/plan.h"

namespace giemsa {

/// What is known of one picture of a planted copy.
struct TruthRow {
  std::string path;        ///< below the copy's images/: its record's id there
  std::string label;       ///< the class folder that it lies in
  std::string true_label;  ///< of the cell that it shows; "": it shows none
  PlantKind kind = PlantKind::Cell;
  std::string original;  ///< path of the picture that it is made of; "": none
  std::string detail;    ///< what was done: "jpeg 43", "truncated", "plasma", …
  std::string source;    ///< the source's record that it is made of; "": none
};

/// `path,label,true_label,kind,original,detail,source`: the content of truth.csv.
std::string truth_text(const std::vector<TruthRow>& rows);
/// Reads truth.csv. Throws Io when absent, Data for missing columns or an unknown kind.
std::vector<TruthRow> read_truth(const std::filesystem::path& csv);

}  // namespace giemsa
