#pragma once
#include <cstdint>
#include <span>

#include "giemsa/image/codec.h"

namespace giemsa {

/// A number for how a picture is stored: its format, and of a JPEG the quantisation tables and the sampling
/// of its components (ITU T.81, B.2). Pictures that one program wrote with one setting share it; one that was
/// encoded again later seldom does.
std::uint64_t stored_form(ImageFormat format, std::span<const std::uint8_t> bytes);

}  // namespace giemsa
