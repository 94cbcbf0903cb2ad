#include "giemsa/train/plateau.h"

#include <algorithm>
#include <cmath>

namespace giemsa {

PlateauState after_epoch(PlateauState state, const PlateauOptions& o, double figure, bool higher_is_better) {
  const bool better = !state.has_best    ? !std::isnan(figure)
                      : higher_is_better ? figure > state.best * (1 + o.threshold)
                                         : figure < state.best * (1 - o.threshold);
  if (better) {
    state.has_best = true;
    state.best = figure;
    state.bad_epochs = 0;
  } else if (++state.bad_epochs > o.patience) {
    state.frac = std::max(state.frac * o.factor, o.min_frac);
    state.bad_epochs = 0;
  }
  return state;
}

}  // namespace giemsa
