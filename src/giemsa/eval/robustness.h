#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/eval/evaluation.h"

namespace giemsa {

// How a model bears pictures that are worse than those it was made for (corrupt/corruption.h). The balanced
// errors are those of MedMNIST-C: F. Di Salvo, S. Doerrich, C. Ledig, arXiv 2406.17536. A number without
// pictures, or without its reference, is NaN.

/// Of one set of pictures.
struct SetFigures {
  double accuracy = std::numeric_limits<double>::quiet_NaN();
  double balanced_accuracy = std::numeric_limits<double>::quiet_NaN();
};
SetFigures set_figures(const Evaluation& evaluation);

/// One corruption, from its weakest severity on.
struct CorruptionFigures {
  std::string name;                    ///< "pixelate"
  std::vector<SetFigures> severities;  ///< [S]
};

/// Of a network that others measured on the same corruptions.
struct ReferenceErrors {
  std::string name;
  double clean = std::numeric_limits<double>::quiet_NaN();  ///< balanced error
  std::vector<std::pair<std::string, double>> corruptions;  ///< mean balanced error over the severities
};

struct RobustnessTable {
  std::int64_t pictures = 0;  ///< in each set
  std::int64_t seed = 0;      ///< the corruptions are drawn from it
  SetFigures clean;
  std::vector<CorruptionFigures> corruptions;
  std::optional<Evaluation> augmented = {};       ///< the same pictures, augmented
  std::string augmentation = {};                  ///< how: "policy full, seed 7"
  std::optional<ReferenceErrors> reference = {};  ///< to show relative errors
};

/// The AlexNet by which MedMNIST-C measures: BloodMNIST's test pictures, 224 px; numbers of medmnistc-api.
const ReferenceErrors& alexnet_on_bloodmnist();

// Means over the severities of a corruption, and over the corruptions of a table, each corruption alike.

double mean_accuracy(const CorruptionFigures& corruption);
double mean_balanced_error(const CorruptionFigures& corruption);  ///< of 1 - balanced accuracy
double mean_accuracy(const RobustnessTable& table);
double mean_balanced_error(const RobustnessTable& table);

/// Errors beside those of a reference: below 1 is better than it.
struct RelativeErrors {
  std::vector<double> be;   ///< [corruptions] mean balanced error / that of the reference
  std::vector<double> rbe;  ///< [corruptions] the same of what the corruption adds to the clean error
  double mean_be = 0, mean_rbe = 0;  ///< over the corruptions that the reference has
};
RelativeErrors relative_errors(const RobustnessTable& table, const ReferenceErrors& reference);

/// `corruption,severity,accuracy,balanced_accuracy`, the clean pictures as `clean,0`, the augmented as
/// `augmented,0`; an empty field where a number is not defined.
std::string to_csv(const RobustnessTable& table);

}  // namespace giemsa
