#include "giemsa/eval/robustness.h"

#include <algorithm>
#include <cmath>

#include "giemsa/core/csv.h"

namespace giemsa {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Of those that are numbers.
double mean(const std::vector<double>& values) {
  double sum = 0;
  int count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / count : kNone;
}

template <class Range, class Value>
double mean_of(const Range& items, Value value) {
  std::vector<double> values;
  for (const auto& item : items) values.push_back(value(item));
  return mean(values);
}

double quotient(double part, double whole) { return whole > 0 ? part / whole : kNone; }

}  // namespace

SetFigures set_figures(const Evaluation& evaluation) {
  return {evaluation.accuracy, evaluation.balanced_accuracy};
}

const ReferenceErrors& alexnet_on_bloodmnist() {
  static const ReferenceErrors reference{.name = "AlexNet on BloodMNIST's test part, 224 px",
                                         .clean = 0.018369282094266692,
                                         .corruptions = {{"pixelate", 0.05975618949678589},
                                                         {"jpeg_compression", 0.13976187053705183},
                                                         {"defocus_blur", 0.22399795597780647},
                                                         {"motion_blur", 0.1845192137218041},
                                                         {"brightness_up", 0.06946294328845175},
                                                         {"brightness_down", 0.0790077546902872},
                                                         {"contrast_up", 0.05215362284240639},
                                                         {"contrast_down", 0.07966068499560328},
                                                         {"saturate", 0.03478558170020538},
                                                         {"stain_deposit", 0.18536119379858546},
                                                         {"bubble", 0.12898833684644578}}};
  return reference;
}

double mean_accuracy(const CorruptionFigures& corruption) {
  return mean_of(corruption.severities, [](const SetFigures& set) { return set.accuracy; });
}

double mean_balanced_error(const CorruptionFigures& corruption) {
  return mean_of(corruption.severities, [](const SetFigures& set) { return 1 - set.balanced_accuracy; });
}

double mean_accuracy(const RobustnessTable& table) {
  return mean_of(table.corruptions, [](const CorruptionFigures& c) { return mean_accuracy(c); });
}

double mean_balanced_error(const RobustnessTable& table) {
  return mean_of(table.corruptions, [](const CorruptionFigures& c) { return mean_balanced_error(c); });
}

RelativeErrors relative_errors(const RobustnessTable& table, const ReferenceErrors& reference) {
  RelativeErrors errors;
  const double clean = 1 - table.clean.balanced_accuracy;
  for (const CorruptionFigures& corruption : table.corruptions) {
    const auto found =
        std::ranges::find(reference.corruptions, corruption.name, &std::pair<std::string, double>::first);
    const double theirs = found == reference.corruptions.end() ? kNone : found->second;
    const double ours = mean_balanced_error(corruption);
    errors.be.push_back(quotient(ours, theirs));
    errors.rbe.push_back(quotient(ours - clean, theirs - reference.clean));
  }
  errors.mean_be = mean(errors.be);
  errors.mean_rbe = mean(errors.rbe);
  return errors;
}

std::string to_csv(const RobustnessTable& table) {
  std::string csv = "corruption,severity,accuracy,balanced_accuracy\n";
  const auto add = [&](const std::string& name, std::size_t severity, const SetFigures& set) {
    const auto cell = [](double value) { return std::isfinite(value) ? shortest(value) : ""; };
    append_csv_row(csv, {name, std::to_string(severity), cell(set.accuracy), cell(set.balanced_accuracy)});
  };
  add("clean", 0, table.clean);
  if (table.augmented) add("augmented", 0, set_figures(*table.augmented));
  for (const CorruptionFigures& corruption : table.corruptions) {
    for (std::size_t s = 0; s < corruption.severities.size(); ++s)
      add(corruption.name, s + 1, corruption.severities[s]);
  }
  return csv;
}

}  // namespace giemsa
