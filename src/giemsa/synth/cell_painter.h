#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// The eight kinds of cell, in the order of the PBC data set (Acevedo et al. 2020,
/// DOI 10.17632/snkd93bnjr.1).
enum class CellClass { Basophil, Eosinophil, Erythroblast, Ig, Lymphocyte, Monocyte, Neutrophil, Platelet };

inline constexpr int kCellClassCount = 8;
/// Folder names, indexed by CellClass; alphabetical, so that a class-folder source numbers them alike.
inline constexpr std::array<std::string_view, kCellClassCount> kCellClassNames{
    "basophil", "eosinophil", "erythroblast", "ig", "lymphocyte", "monocyte", "neutrophil", "platelet"};

inline constexpr int kMinCellImagePx = 32;
inline constexpr int kMaxCellImagePx = 512;

/// A drawn crop and where its cell lies. Masks: [size_px, size_px], 1 inside, 0 outside.
struct SyntheticCell {
  Image image;
  std::vector<std::uint8_t> cell_mask;     ///< the cell in the middle, its nucleus included
  std::vector<std::uint8_t> nucleus_mask;  ///< its nucleus; all 0 for platelets
};

/// Draws one stained blood cell among red cells, as a 100× objective shows a May-Grünwald-Giemsa smear.
/// The field is 18.5 to 21 µm wide whatever `size_px` is; the same stream gives the same scene at any size.
/// Throws Usage unless size_px is in [32, 512].
///
///     Random random({seed, fnv1a("neutrophil"), 7});
///     const Image picture = draw_cell(CellClass::Neutrophil, 96, random);
Image draw_cell(CellClass cell_class, int size_px, Random& random);

/// As draw_cell, with the masks.
SyntheticCell draw_cell_with_masks(CellClass cell_class, int size_px, Random& random);

}  // namespace giemsa
