#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/inspect/inspection.h"
#include "giemsa/inspect/policy.h"

namespace giemsa {

/// All that an inspection's report shows.
struct InspectionReportInput {
  std::string title;                ///< e.g. the name of the data set
  std::span<const Record> records;  ///< of the source
  const Inspection* inspection = nullptr;
  std::string compared_by;  ///< what outliers were measured in, e.g. "colour, texture and shape"
  CleanOptions clean;       ///< what `giemsa clean` would do; the page says so beside each reason
  /// The picture of a record, as Source::load gives it; called from several threads. Where it throws, or is
  /// empty, a placeholder stands in its place.
  std::function<Image(std::size_t record)> picture;
  std::vector<std::pair<std::string, std::string>> made;  ///< how it was made: versions, options, date
};

/// Writes `folder`/report.html: one page that needs no network and no other file, for screens light and dark,
/// phones and paper, in which a person sees the set and each group of findings. Of long groups it shows some
/// pictures, small, and says how many more there are, so that its size is bounded to a few megabytes whatever
/// the set's; pictures are asked for one at a time on each processor. The figures are made with gnuplot;
/// their scripts and data stay in `folder`/figures. Throws Io when gnuplot is absent or fails or a file
/// cannot be written, Internal when records and inspection do not fit together.
void write_inspection_report(const std::filesystem::path& folder, const InspectionReportInput& input);

}  // namespace giemsa
