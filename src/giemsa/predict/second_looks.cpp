#include "giemsa/predict/second_looks.h"

#include <algorithm>
#include <array>

#include "giemsa/augment/stain.h"
#include "giemsa/predict/wide_field.h"

namespace giemsa {
namespace {

bool is_pale(ImageView picture, const Viewing& viewing) {
  constexpr std::int64_t kSide = 96;  // px; what takes a picture's measure needs no more
  const Image square = crop_and_resize(looked_at(picture, viewing), {.crop_px = 0, .input_px = kSide});
  return nuclear_depth(standardised(square)) < kPaleDepth;
}

}  // namespace

Evidence with_second_looks(const Networks& networks, ImageView picture, const Viewing& viewing,
                           Evidence first) {
  constexpr std::array kLooks{Look{.distance = 1, .reference_depth = true},
                              Look{.distance = 1.3, .reference_depth = true}};
  if (!is_pale(picture, viewing)) return first;
  std::ranges::fill(first.logits, 0.f);
  for (const Look& look : kLooks) {
    const std::vector<float> logits = networks.look(picture, viewing, look).logits;
    for (std::size_t k = 0; k < logits.size(); ++k)
      first.logits[k] += logits[k] / static_cast<float>(kLooks.size());
  }
  return first;
}

}  // namespace giemsa
