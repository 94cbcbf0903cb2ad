#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "giemsa/image/image.h"

namespace giemsa {

/// Numbers that one picture is described by.
inline constexpr std::size_t kAppearanceSize = 80;
/// Colour, texture and shape of what a picture shows, in the order of appearance_names(). The same for a
/// picture and its flips and quarter turns (up to rounding); finite for any picture.
using Appearance = std::array<float, kAppearanceSize>;

/// Of a thumbnail (thumbnail.h) of kThumbnailPx. Throws Internal on another size.
Appearance appearance(const Image& thumbnail);

/// What each of the numbers is: "nucleus_area", …; all different.
std::span<const std::string_view, kAppearanceSize> appearance_names();

}  // namespace giemsa
