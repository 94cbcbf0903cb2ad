#pragma once
#include "giemsa/corrupt/corruption.h"

namespace giemsa {

/// Convolution with a disc of radius magnitude[0].
Image defocus_blur(ImageView picture, const Magnitude& magnitude, Random& random);

/// A trail that fades as the half of a Gaussian of sigma magnitude[1], cut behind twice the radius
/// magnitude[0], in a direction drawn from -45° to 45°.
Image motion_blur(ImageView picture, const Magnitude& magnitude, Random& random);
/// The same in a given direction, clockwise from the right.
Image motion_blur_towards(ImageView picture, double radius_px, double sigma_px, double angle_deg);

}  // namespace giemsa
