#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "giemsa/anomalies/label_errors.h"
#include "giemsa/anomalies/non_cells.h"
#include "giemsa/anomalies/outliers.h"
#include "giemsa/anomalies/quality.h"
#include "giemsa/core/options.h"
#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/descriptors/picture_facts.h"
#include "giemsa/duplicates/duplicates.h"

namespace giemsa {

/// The rules by which things are found.
struct InspectOptions {
  std::int64_t repeated_from = 10;  ///< identical pictures, from which on they count as planted
  QualityOptions quality;
  NearDuplicateOptions near_duplicates;
  OutlierOptions outliers;
  NonCellOptions non_cells;
  LabelErrorOptions label_errors;
};
void describe(OptionVisitor& visit, InspectOptions& options);

/// With more classes than this, pictures are not compared with their own class: labels are not judged, and
/// outliers are those far from all pictures. (The work and the memory grow with records times classes.)
inline constexpr std::size_t kMostComparedClasses = 500;
constexpr bool compares_classes(std::size_t classes) { return classes <= kMostComparedClasses; }

/// What a network says of the pictures, where there is one. One row per record of the source.
struct NetworkOpinion {
  std::vector<float> features;       ///< [N, D]; rows of broken pictures are not looked at; may be empty
  std::size_t feature_size = 0;      ///< D
  std::vector<float> probabilities;  ///< [N, K], out of fold; may be empty
  std::vector<char> predicted;       ///< [N]: whether the record has probabilities
};

/// All that one inspection found out.
struct Inspection {
  std::vector<std::string> classes;
  std::vector<int> labels;             ///< [records], -1: none
  std::vector<PictureFacts> pictures;  ///< [records]
  std::vector<DuplicateGroup> groups;  ///< of identical and nearly identical pictures

  /// The first record of each content that can be read, ascending. What follows has one entry for each.
  std::vector<std::size_t> distinct;
  OutlierScores outliers;
  std::vector<NonCellScore> non_cells;
  std::vector<LabelDoubt> label_doubts;

  /// First those of the set (folders that cannot be read, classes in two spellings, too many classes), then
  /// those of pictures in the order of records.
  std::vector<Finding> findings;
};

/// Looks at every picture once (on all processors; memory: about 2 kB a picture) and at all of them together.
/// Outliers are measured in the network's features when there are any, in colour, texture and shape
/// (appearance.h) otherwise; label errors by the network's predictions, or else by appearance: features may
/// come from a network that has learnt from these very labels. `looked` and `compared` follow the two halves
/// of the work.
Inspection inspect(const Source& source, const InspectOptions& options, const NetworkOpinion& opinion,
                   const ProgressCallback& looked, const ProgressCallback& compared);

}  // namespace giemsa
