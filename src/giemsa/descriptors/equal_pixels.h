#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/descriptors/picture_facts.h"

namespace giemsa {

/// Pictures of which other bytes could have the same pixels, the first of each content by
/// PictureFacts::pixels; ascending. Pictures of equal pixels have the same size and nearly the same
/// fingerprint: the very same where both were seen in one way (PictureFacts::ycc), otherwise one within the
/// bounds of may_have_equal_pixels(). Not found are two JPEGs whose samples differ only where they reach
/// beyond RGB and are cut off alike.
std::vector<std::size_t> possibly_equal(std::span<const PictureFacts> pictures);

/// Whether fingerprints differ by no more than those of one picture in RGB and in a JPEG's samples. Of PBC's
/// they differ by 1 level; the bounds hold for noise and for flat colours at the limits of RGB, where a
/// JPEG's samples reach beyond what RGB can tell.
bool may_have_equal_pixels(const Fingerprint& a, const Fingerprint& b);

}  // namespace giemsa
