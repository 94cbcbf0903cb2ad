#include "giemsa/cli/laboratory_run.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

#include "giemsa/cli/answered_pictures.h"
#include "giemsa/cli/class_map.h"
#include "giemsa/core/csv.h"
#include "giemsa/eval/restriction.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {
namespace {

struct Way {
  const char* name;
  std::optional<Viewing> viewing;  ///< nothing: the model's own
};
constexpr std::array kWays{Way{"the model's own way", {}}, Way{"as they are", Viewing{}},
                           Way{"standard colours", Viewing{.views = 1, .standardise = true}},
                           Way{"eight symmetries", Viewing{.views = kSymmetryCount, .standardise = false}},
                           Way{"both", Viewing{.views = kSymmetryCount, .standardise = true}}};

std::string number(double value) { return std::isfinite(value) ? shortest(value) : ""; }

std::vector<std::pair<std::string, std::string>> named_pairs(const Source& source,
                                                             const std::vector<std::string>& classes,
                                                             std::span<const int> match) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t c = 0; c < match.size(); ++c) {
    pairs.emplace_back(source.classes()[c],
                       match[c] == kLeftOut ? "" : classes[static_cast<std::size_t>(match[c])]);
  }
  return pairs;
}

}  // namespace

LaboratorySummary measure_other_laboratory(const std::filesystem::path& path, const Source& source,
                                           const MeasuredPart& part, std::span<const int> match,
                                           const std::string& name, const BootstrapOptions& bootstrap,
                                           int threads) {
  LaboratorySummary summary{
      .name = name, .class_map = {}, .left_out = static_cast<std::int64_t>(part.left_out), .rows = {}};
  for (const Way& way : kWays) {
    Model model = read_model(path);
    const bool cut_frames = model.viewing.cut_frames;  // how they are framed stays in all ways
    model.viewing = way.viewing.value_or(model.viewing);
    model.viewing.cut_frames = cut_frames;
    const Classifier classifier(std::move(model));
    const AnsweredPictures answered =
        answer_pictures(classifier, source, part.records, match, way.name, threads);
    const Predictions& free = answered.predictions;
    summary.rows.push_back({way.name, evaluate(restricted_to(free, labelled_classes(free)), bootstrap),
                            evaluate(free, bootstrap)});
    if (summary.class_map.empty()) summary.class_map = named_pairs(source, classifier.classes(), match);
  }
  return summary;
}

void print_laboratory(const LaboratorySummary& summary) {
  fmt::print("\n{:<20} {:>10} {:>18} {:>10}\n", "other laboratory", "accuracy", "balanced accuracy",
             "macro F1");
  for (const LaboratoryRow& row : summary.rows) {
    fmt::print("{:<20} {:>10.4f} {:>18.4f} {:>10.4f}\n", row.way, row.free.accuracy,
               row.free.balanced_accuracy, row.free.macro.f1);
    fmt::print("{:<20} {:>10.4f} {:>18.4f} {:>10.4f}\n", "  its classes only", row.restricted.accuracy,
               row.restricted.balanced_accuracy, row.restricted.macro.f1);
  }
}

std::string to_csv(const LaboratorySummary& summary) {
  std::string csv;
  append_csv_row(csv, {"way", "classes", "accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy",
                       "macro_f1", "roc_auc"});
  for (const LaboratoryRow& row : summary.rows) {
    for (const bool free : {true, false}) {
      const Evaluation& e = free ? row.free : row.restricted;
      append_csv_row(csv, {row.way, free ? "free" : "restricted", number(e.accuracy),
                           number(e.interval.accuracy.low), number(e.interval.accuracy.high),
                           number(e.balanced_accuracy), number(e.macro.f1), number(e.roc_auc)});
    }
  }
  return csv;
}

}  // namespace giemsa
