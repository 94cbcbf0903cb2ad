#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"

namespace giemsa {

/// What one pass over a data set found.
struct Inspection {
  struct Class {
    std::string name;
    std::size_t count = 0;             ///< readable pictures
    std::array<double, 3> mean_rgb{};  ///< over its pixels, 0…255
  };
  std::vector<Class> classes;
  std::map<std::pair<int, int>, std::size_t> sizes;  ///< (width, height) → pictures
  std::vector<Finding> findings;                     ///< corrupt or unreadable pictures, in record order
  std::size_t records = 0;
};

/// Decodes every record once, on all processors; broken pictures become findings.
Inspection inspect(const Source& source, const ProgressCallback& progress);

/// Writes `record,reason,evidence`, atomically.
void write_findings(const std::filesystem::path& csv, const std::vector<Finding>& findings);

}  // namespace giemsa
