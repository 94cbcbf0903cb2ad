#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "giemsa/corrupt/variant.h"

namespace giemsa {

/// A picture that a sheet shows.
struct SheetPicture {
  Image picture;
  std::string id;
};

/// A contact sheet: a row for every corruption among the variants, with its name, the picture as it is and
/// its variants. Row r shows picture(r), in squares of tile_px.
Image corruption_sheet(std::span<const Variant> variants, std::uint64_t seed, int tile_px,
                       const std::function<SheetPicture(std::size_t row)>& picture);

}  // namespace giemsa
