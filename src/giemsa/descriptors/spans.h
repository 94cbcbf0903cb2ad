#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "giemsa/descriptors/thumbnail.h"

namespace giemsa {

/// One side of a picture: how long it is, and how many pixels each sample lies over (ycc_view.h).
struct Side {
  int length_px = 0, sample_px = 1;

  bool operator==(const Side&) const = default;
};

/// Which samples each thumbnail pixel is the mean of, along one side.
struct Spans {
  int taps = 0;                           ///< samples in each mean; those with weight 0 may lie outside
  std::array<int, kThumbnailPx> first{};  ///< the first of them
  std::vector<std::uint16_t> weights;     ///< [kThumbnailPx, taps]

  const std::uint16_t* row(int i) const { return weights.data() + static_cast<std::ptrdiff_t>(i) * taps; }
};

/// Weights that sum to 2^bits. What rounding takes from one goes to the next, so that none is off by more
/// than one and their sum is exact. Between samples over two pixels the picture runs in a straight line, as
/// decoders draw it; a sample over more of them is plain.
Spans spans_of(const Side& side, int bits);

}  // namespace giemsa
