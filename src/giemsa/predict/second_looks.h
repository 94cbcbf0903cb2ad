#pragma once
#include "giemsa/predict/evidence.h"

namespace giemsa {

/// What the networks say of an unusual picture (Abstention). One whose nuclei are paler than those of the
/// training pictures (kPaleDepth) is brought nearer to these: stained as deeply, and seen from two distances.
/// Its logits are the means over these looks; the features stay those of the first, since how unlike a
/// picture is does not change by looking at it otherwise. Of others `first` is returned. docs/trust.md tells
/// how the looks were chosen.
Evidence with_second_looks(const Networks& networks, ImageView picture, const Viewing& viewing,
                           Evidence first);

}  // namespace giemsa
