#pragma once
#include <string_view>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// The name of the set of augmented views among those of the corruptions.
inline constexpr std::string_view kAugmentedName = "augmented";
inline constexpr std::string_view kAugmentedDoc =
    "Geometry, colour, blur, noise and erasing together: an augmented test set.";

/// One picture of an augmented test set. Report AXON measures on such a set beside the clean one, and does
/// not say how it was made; this is giemsa's, and its strengths are the constants of augmented_view.cpp:
///   geometry  mirrored either way, turned by up to 180°, zoomed 0.8 to 1.25, shifted by up to 10 % of a side
///   colour    brightness, contrast, saturation × 0.7 to 1.3, hue turned by up to 10°
///   blur      every second picture: Gaussian, sigma 0.5 to 2 px of a picture of 224 px
///   noise     every second picture: Gaussian, sd 5 to 20 levels
///   erasing   every second picture: a black rectangle of 2 to 10 % of the area, aspect 0.5 to 2
Image augmented_view(ImageView picture, Random& random);

}  // namespace giemsa
