#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "giemsa/data/source.h"
#include "giemsa/plant/options.h"

namespace giemsa {

/// What a picture of the copy is; every picture is exactly one of these.
enum class PlantKind { Cell, Repeated, ExactCopy, NearDuplicate, NonCell, LabelFlip, Corrupt };
inline constexpr std::size_t kPlantKindCount = 7;
/// "cell", "repeated", "exact_copy", "near_duplicate", "non_cell", "label_flip", "corrupt".
std::string_view kind_name(PlantKind kind);

/// One picture of the copy, before any pixel of it is made.
struct PlannedPicture {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  PlantKind kind = PlantKind::Cell;
  int label = -1;                ///< the class folder that it goes to
  int true_label = -1;           ///< the class of the cell that it shows; -1: it shows none
  std::size_t record = kNone;    ///< the record of the source that it is made of
  std::size_t original = kNone;  ///< the picture of the plan that it is made of
  std::uint64_t variant = 0;     ///< its number among its kind; Repeated: which picture is repeated
  std::uint64_t number = 0;      ///< what names its file: from 1, drawn, so that it tells nothing
};

/// Plans a copy from `candidates`, ascending numbers of labelled records of `source`. Cells that are copied,
/// changed or damaged keep their own label, so no fault hides another. Depends on the seed, the counts and
/// the records' labels and order alone. Throws Usage when more is asked for than the candidates give.
std::vector<PlannedPicture> make_plan(const Source& source, std::span<const std::size_t> candidates,
                                      const PlantOptions& options);

}  // namespace giemsa
