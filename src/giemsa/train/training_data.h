#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/run/config.h"
#include "giemsa/split/split.h"
#include "giemsa/train/view.h"

namespace giemsa {

/// A data set ready for training: split, decoded, without its broken pictures.
struct TrainingData {
  std::vector<std::string> classes;
  Split split;
  std::vector<Finding> findings;  ///< what the source could not list; broken pictures, which are in no part
  CropCache crops;
  Preprocess preprocess;

  /// The loader's view of one part; refers to `crops` of this object.
  LoaderSource part(const Source& source, Part part) const;
};

/// The split that the options ask for: a file, the source's own, or a seeded one, which keeps subjects and
/// the groups of `options.groups` together. Throws Data when a file or the source divides one of
/// them. `say`, which may be empty, is told how many groups there are.
Split choose_split(const Source& source, const DataOptions& options, std::uint64_t seed,
                   const std::function<void(const std::string&)>& say);

/// Decodes the train and val parts. `cache_file` is used where the options ask for a file.
/// Throws Data when a part or a class loses all its pictures.
TrainingData prepare_training_data(const Source& source, Split split, const DataOptions& options,
                                   const Preprocess& preprocess, const std::filesystem::path& cache_file,
                                   const ProgressCallback& progress);

}  // namespace giemsa
