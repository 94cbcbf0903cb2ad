#pragma once
#include "giemsa/metrics/confusion.h"

namespace giemsa {

/// Matthews' correlation of truth and answer for any number of classes (Gorodkin 2004,
/// doi:10.1016/j.compbiolchem.2004.09.006), from -1 to 1. As matthews_corrcoef: 0 where truths or answers are
/// all of one class. NaN without pictures.
double matthews_correlation(const ConfusionMatrix& matrix);

/// Cohen's kappa, unweighted (Cohen 1960, doi:10.1177/001316446002000104): how much of the agreement that
/// chance does not explain was reached, at most 1. As cohen_kappa_score: NaN where truths and answers are all
/// of one and the same class, so that chance explains everything, and without pictures.
double cohen_kappa(const ConfusionMatrix& matrix);

}  // namespace giemsa
