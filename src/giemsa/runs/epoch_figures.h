#pragma once
#include <span>
#include <string>
#include <string_view>

#include "giemsa/run/epoch_record.h"

namespace giemsa {

/// A number that every epoch has.
struct EpochFigure {
  std::string_view key;    ///< in metrics.jsonl
  std::string_view title;  ///< in tables
  double EpochRecord::*value;
  int digits;  ///< behind the point; -1: three significant ones
};

/// All of them, in the order of metrics.jsonl.
std::span<const EpochFigure> epoch_figures();

/// Of one epoch, for people; "–" where it is no number.
std::string text_of(const EpochFigure& figure, const EpochRecord& record);

/// All epochs as CSV for other programs: the keys of metrics.jsonl, `best` as 0 or 1, an empty field where a
/// figure is no number.
std::string epochs_csv(std::span<const EpochRecord> epochs);

}  // namespace giemsa
