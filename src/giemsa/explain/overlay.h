#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "giemsa/explain/explain.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// The colour of a saliency from 0 to 1: deep blue over green to light yellow, whose lightness (CIE L*) grows
/// evenly from 20 to 95. Told apart in all kinds of colour blindness, and unlike the colours of the stain.
std::array<std::uint8_t, 3> heat_colour(float saliency);

/// The saliency laid over the picture as colours of heat, at the picture's own size and in the square that
/// the network was shown; what it was not shown stays as it is. Colour and cover follow the cube root of the
/// saliency, which is a product of maps, so that weaker evidence is seen too: nothing where it is 0,
/// `opacity` where it is 1. Throws Internal for an explanation without a map, or of another picture's square.
Image overlay(ImageView picture, const Explanation& explanation, float opacity = 0.85f);

/// Pictures side by side from left to right, their upper edges aligned, `gap_px` of white between them.
Image side_by_side(std::span<const Image> pictures, int gap_px);

}  // namespace giemsa
