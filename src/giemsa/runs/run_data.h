#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/runs/table.h"

namespace giemsa {

/// What a run was trained on.
struct RunData {
  std::vector<std::pair<std::string, std::int64_t>> parts;  ///< pictures of train, val and test
  std::size_t findings = 0;                                 ///< pictures that could not be used
  Table classes;  ///< classes.csv; without heads where it is missing
};

/// Of split.csv, findings.csv and classes.csv of a run folder; of a missing file nothing. Throws Data for a
/// malformed one.
RunData read_run_data(const std::filesystem::path& folder);

}  // namespace giemsa
