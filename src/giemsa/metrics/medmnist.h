#pragma once
#include <span>
#include <string>
#include <string_view>

namespace giemsa {

/// The two figures of the MedMNIST benchmark.
struct MedmnistScore {
  double auc = 0, acc = 0;
};

/// As medmnist.Evaluator counts them: for more than two classes, AUC is the plain mean of the one-vs-rest
/// areas of all K classes, and NaN when one of them is absent or alone (its program fails there); ACC is the
/// share whose largest score is that of the true class. For two classes its task is "binary-class": the area
/// of the second class's score, and ACC with a threshold of 0.5 on it. Throws as check_probabilities.
MedmnistScore medmnist_score(std::span<const float> probabilities, std::span<const int> labels, int classes);

/// "bloodmnist_64_test_[AUC]0.998_[ACC]0.971@run.csv": the name that its program gives a file of results.
/// flag: the data set, without '_'; size_px: 28 stands in no name. Throws Usage for a flag or run with a '/'
/// or an empty one, Data when the score is not defined.
std::string medmnist_file_name(std::string_view flag, int size_px, std::string_view split,
                               const MedmnistScore& score, std::string_view run);

/// The content of that file: a row for each picture in the order of the official split, its number from 0 and
/// its K scores, without a header. probabilities: [N, K].
std::string medmnist_csv(std::span<const float> probabilities, int classes);

}  // namespace giemsa
