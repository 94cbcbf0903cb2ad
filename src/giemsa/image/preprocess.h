#pragma once
#include <array>
#include <cstdint>

#include "giemsa/image/image.h"

namespace giemsa {

/// Largest side of a network's input; bounds what a model file may ask for.
inline constexpr std::int64_t kMaxInputPx = 4096;

/// The one road from a decoded picture to a network's input; travels inside the model file.
/// Training, evaluation, prediction and export all take it.
struct Preprocess {
  std::int64_t crop_px = 0;    ///< side of the centre square that is kept; 0: the largest that fits
  std::int64_t input_px = 96;  ///< side of the network's input
  std::array<float, 3> mean{0.485f, 0.456f, 0.406f};  ///< of RGB in [0, 1]
  std::array<float, 3> std{0.229f, 0.224f, 0.225f};   ///< of RGB in [0, 1]
  bool bgr = false;                                   ///< the network takes blue first
};

/// The centre square that `preprocess` keeps: side min(crop_px, width, height), odd pixels to the right and
/// below. Throws Internal for an empty picture, Usage when input_px is not in [1, kMaxInputPx].
ImageView centre_square(ImageView picture, const Preprocess& preprocess);

/// Centre square, then resize to input_px × input_px (pixel-area averaging when shrinking, bilinear when
/// growing). Throws as centre_square.
Image crop_and_resize(ImageView picture, const Preprocess& preprocess);

/// The normalisation as one multiplication and one addition for a pixel, per channel of the network's input:
/// pixel[source] · scale + shift.
struct Normalisation {
  explicit Normalisation(const Preprocess& preprocess);
  std::array<float, 3> scale, shift;
  std::array<int, 3> source;  ///< of red, green, blue
};

/// (pixel / 255 - mean) / std, in the network's order of channels.  image: [H, W, 3] uint8 → out: [H, W, 3]
/// f32.
void normalise(ImageView image, const Preprocess& preprocess, float* out);

}  // namespace giemsa
