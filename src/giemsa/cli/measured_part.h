#pragma once
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "giemsa/data/source.h"
#include "giemsa/split/split.h"

namespace giemsa {

/// The folder of the run that made the model at `model`, or "" when it does not lie in one.
std::filesystem::path run_folder_of(const std::filesystem::path& model);

/// What is measured: some records, and the split that they are a part of, if any.
struct MeasuredPart {
  std::string name;  ///< "train", "val", "test" or "all"
  std::optional<Split> split;
  std::vector<std::size_t> records;
  std::size_t left_out = 0;  ///< records of the part whose class is left out
};

/// The split of the run when the data are those of the run (`run`: run_folder_of), or else the source's own;
/// nothing where there is neither, or the run's no longer fits the data.
std::optional<Split> split_at_hand(const Source& source, const std::filesystem::path& run);

/// The part that is asked for. A model must not be measured on what it was trained on by accident: where
/// `part` is "", the test part (or else the validation part) of the split file, or else of the run's own
/// split when the data are those of the run (`run`: run_folder_of); all pictures of other data. A part
/// without a split file is that of the run, or else the source's own. Records of classes that are left out
/// (match) are not measured. Throws Data when nothing is left.
MeasuredPart choose_part(const Source& source, const std::string& part, const std::string& split_file,
                         const std::filesystem::path& run, std::span<const int> match);

/// Counts of train, val and test per class of the model; classes that only the model knows have none.
std::vector<std::array<std::size_t, 3>> split_counts(const Split& split, const Source& source,
                                                     std::span<const int> match, std::size_t classes);

}  // namespace giemsa
