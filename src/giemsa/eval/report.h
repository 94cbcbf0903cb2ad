#pragma once
#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/eval/evaluation.h"
#include "giemsa/eval/predictions.h"
#include "giemsa/image/image.h"
#include "giemsa/run/epoch_record.h"

namespace giemsa {

/// All that a report shows. What is left empty is left out of the page.
struct ReportInput {
  std::string title;  ///< e.g. "MobileNetV2 on PBC"
  std::string part;   ///< which pictures were measured, e.g. "test"
  Evaluation evaluation;
  Predictions predictions;                         ///< the evaluation's own
  std::vector<std::array<std::size_t, 3>> counts;  ///< [K] pictures of each class in train, val, test
  std::vector<EpochRecord> epochs;                 ///< of the training run
  /// The picture of predictions.ids[index], for the gallery of mistakes. Where it throws, or is empty, a
  /// placeholder stands in its place.
  std::function<Image(std::size_t index)> picture;
  std::vector<std::pair<std::string, std::string>> card;  ///< model card: name and text, in this order
  std::vector<std::pair<std::string, std::string>> made;  ///< how it was made: versions, hashes, seeds, date
  std::string config_toml;                                ///< the run's configuration
};

/// Writes `folder`/report.html: one page that needs no network and no other file, for screens light and dark,
/// phones and paper. It draws and computes nothing that evaluate() has not. The figures are made with
/// gnuplot; their scripts and data stay in `folder`/figures. Without epochs there are no figures and gnuplot
/// is not needed. Throws Io when gnuplot is absent or fails or a file cannot be written, Internal when
/// evaluation, predictions and counts are not of the same classes.
void write_report(const std::filesystem::path& folder, const ReportInput& input);

}  // namespace giemsa
