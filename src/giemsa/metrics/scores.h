#pragma once
#include <span>
#include <vector>

#include "giemsa/metrics/confusion.h"

namespace giemsa {

/// Precision, recall and their harmonic mean.
struct Scores {
  double precision = 0;  ///< of the pictures named so, the share that truly are
  double recall = 0;     ///< of the pictures that truly are, the share named so (sensitivity)
  double f1 = 0;
};

// As scikit-learn counts with labels=range(K) and zero_division=0: a quotient 0/0 is 0, so a class that never
// occurs or is never predicted scores 0 and still weighs in the macro average.

/// One per class.
std::vector<Scores> class_scores(const ConfusionMatrix& matrix);

/// The plain mean over all K classes (average="macro").
Scores macro_average(const ConfusionMatrix& matrix);

/// The mean weighted by the number of pictures of each class (average="weighted"); zeros without pictures.
/// Its recall equals the accuracy.
Scores weighted_average(const ConfusionMatrix& matrix);

/// The share of pictures named rightly. NaN without pictures.
double accuracy(const ConfusionMatrix& matrix);

/// The mean recall of the classes that occur; a class without pictures does not count
/// (balanced_accuracy_score). NaN without pictures.
double balanced_accuracy(const ConfusionMatrix& matrix);

}  // namespace giemsa
