#pragma once
#include <array>
#include <filesystem>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/plant/options.h"
#include "giemsa/plant/plan.h"
#include "giemsa/plant/truth.h"

namespace giemsa {

/// What a planted copy holds.
struct Planted {
  std::array<std::size_t, kPlantKindCount> counts{};  ///< pictures by PlantKind
  std::size_t pictures = 0;
  std::size_t left_out = 0;       ///< pictures of the source whose bytes another one has, too
  std::vector<Finding> findings;  ///< pictures of the source that cannot be used, and so are left out
};

/// Makes a dirtied copy of a clean data set, the instrument by which inspection is measured:
/// `out`/images/<class>/ with numbers as names, and `out`/truth.csv with a row for every picture. Pictures
/// are stored as in the source (arrays and whatever is resized: as PNG), drawn ones in the format that most
/// of the source's have. Of pictures with the same bytes the first is taken, and none where their labels
/// differ, so that what was planted is all there is to find. The same source, options and build give the same
/// copy. Broken pictures of the source are left out. `progress` counts the pictures that are looked at and
/// then, from 0 again, those that are made. Throws Usage for options out of range or an `out` that is not
/// empty, Data when no picture can be used, Io when something cannot be written.
Planted plant(const Source& clean, const std::filesystem::path& out, const PlantOptions& options,
              const ProgressCallback& progress = {});

}  // namespace giemsa
