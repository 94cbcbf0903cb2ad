#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/corrupt/variant.h"
#include "giemsa/data/source.h"

namespace giemsa {

struct CorruptedSetOptions {
  std::vector<Variant> variants;
  std::uint64_t seed = 1;
  std::string source_name = {};  ///< what the card calls the source
  int threads = 0;               ///< 0: one per processor; does not change the pictures
};

struct CorruptedSet {
  std::size_t pictures = 0;       ///< of each variant
  std::vector<Finding> findings;  ///< pictures of the source that are left out, and why, in record order
};

/// Writes corrupted copies of a data set, for measuring: `out`/<variant>/<class>/<name>.png with a card
/// (data/measuring_only.h) and a manifest.csv that keeps the source's ids, split and subjects, so that the
/// split of a run holds for the copies, too. Each picture is read once; memory holds one picture and one copy
/// of it per thread. `out` appears when it is complete. The same source, variants, seed and build give the
/// same bytes. `progress` counts copies. Throws Usage when `out` is not new or no variant is given, Data for
/// a class that no folder can be named for or when no picture can be used, Io.
CorruptedSet write_corrupted_set(const Source& source, const std::filesystem::path& out,
                                 const CorruptedSetOptions& options, const ProgressCallback& progress = {});

}  // namespace giemsa
