#pragma once
#include "giemsa/image/image.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// A picture, or a part of it, in the colours in which a viewing shows it to the networks: as it is, in
/// standard colours, or in these and stained more deeply where its nuclei are pale (augment/stain.h).
Image in_colours(Image picture, const Viewing& viewing);

}  // namespace giemsa
