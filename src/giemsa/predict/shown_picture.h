#pragma once
#include <vector>

#include "giemsa/image/image.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// A picture of any size as a network is given it: seen as the viewing says, from one side, at the first
/// look. [H, W, 3], normalised.
std::vector<float> shown_picture(ImageView picture, const Preprocess& preprocess, const Viewing& viewing);

}  // namespace giemsa
