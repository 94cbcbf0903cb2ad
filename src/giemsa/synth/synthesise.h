#pragma once
#include <cstdint>
#include <filesystem>

#include "giemsa/core/progress.h"

namespace giemsa {

struct SynthesisOptions {
  std::int64_t per_class = 100;  ///< pictures of each of the eight classes, 1 to 99,999
  std::int64_t size_px = 96;     ///< side of the square pictures, 32 to 512
  std::uint64_t seed = 1;
  int threads = 0;  ///< 0: one per processor; does not change the pictures
};

/// Fills `folder` with drawn cells: folder/<class>/<class>_00001.png, each written atomically.
/// Picture k of a class depends on (seed, class, k, size_px) only, so a larger set begins with the
/// smaller one. The same bytes are promised for the same build; another compiler may round otherwise.
/// Throws Usage for an option out of range or a folder that exists with content; Io when it cannot be
/// written.
void synthesise(const std::filesystem::path& folder, const SynthesisOptions& options,
                const ProgressCallback& progress = {});

}  // namespace giemsa
