#pragma once
#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/eval/evaluation.h"
#include "giemsa/eval/laboratory.h"
#include "giemsa/eval/predictions.h"
#include "giemsa/eval/robustness.h"
#include "giemsa/eval/trust_summary.h"
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
  /// The picture of predictions.ids[index], for the galleries. Where it throws, or is empty, a placeholder
  /// stands in its place.
  std::function<Image(std::size_t index)> picture;
  /// The same picture with what the network looked at, to be shown beside it: at most once for each picture
  /// of a gallery. An empty picture: none. Where it throws, a placeholder stands in its place.
  std::function<Image(std::size_t index)> overlay = {};
  std::string overlay_method = {};  ///< "Grad-CAM"
  std::optional<TrustSummary> trust = {};
  std::optional<RobustnessTable> robustness = {};
  std::vector<LaboratorySummary> laboratories = {};
  std::vector<std::pair<std::string, std::string>> card;  ///< model card: name and text, in this order
  std::vector<std::pair<std::string, std::string>> made;  ///< how it was made: versions, hashes, seeds, date
  std::string config_toml;                                ///< the run's configuration
};

/// Writes into `folder`: report.html, one page that needs no network and no other file, for screens light and
/// dark, phones and paper; report.md, the same tables and figures for a repository or a thesis; figures/,
/// each figure as SVG and PNG beside its data and gnuplot's script. It draws and computes nothing that
/// evaluate() has not. However many pictures: galleries show at most 40 each, curves 400 points; with all
/// galleries full the page has about 3 MB. Throws Io when gnuplot is absent or fails or a file cannot be
/// written, Internal when the parts are not of the same classes and pictures.
void write_report(const std::filesystem::path& folder, const ReportInput& input);

}  // namespace giemsa
