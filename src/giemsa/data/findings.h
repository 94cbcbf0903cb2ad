#pragma once
#include <filesystem>
#include <vector>

#include "giemsa/data/record.h"

namespace giemsa {

/// Writes `record,reason,evidence`, atomically.
void write_findings(const std::filesystem::path& csv, const std::vector<Finding>& findings);

}  // namespace giemsa
