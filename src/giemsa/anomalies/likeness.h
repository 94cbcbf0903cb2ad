#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/stats/feature_matrix.h"

namespace giemsa {

/// What pictures seem to be, by the labels of those that they resemble.
struct LikenessPredictions {
  std::vector<float> probabilities;  ///< [N, K]; zeros where nothing can be said
  std::vector<char> known;           ///< [N]
};

/// Predicts each record's class from the other records alone. The records are dealt into four parts, class by
/// class; each part is predicted from the other three, so that no label has a say about itself. A
/// discriminant (discriminant.h) fitted to their standardised features says how probable each class is, and
/// gives the space in which to compare. Where it believes the label by less than 0.9, the labels of the
/// `neighbours` nearest records, weighted by exp(-d² / d² of the farthest), are half of the answer. The first
/// knows what is rare, the second what has odd shapes; on PBC the mean ranks flipped labels better than
/// either, and asking the neighbours about every record finds no more. Labels that such a first round
/// contradicts have little say among the neighbours of the second, so that one wrong label does not excuse
/// another.
///
/// features: [N, D]; labels: [N], -1 for none. Records without label and those of a class of fewer than eight
/// neither get nor give an answer; nobody gets one with fewer than two classes left. Does not depend on the
/// number of threads (0: one per processor). Memory: 4 bytes per number, and about 100 · D² more. Throws
/// Internal for shapes that do not fit, Data for a number that is not finite and a label outside of [-1,
/// classes).
LikenessPredictions predict_by_likeness(const FeatureMatrix& features, std::span<const int> labels,
                                        int classes, std::size_t neighbours, int threads = 0);

}  // namespace giemsa
