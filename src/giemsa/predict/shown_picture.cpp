#include "giemsa/predict/shown_picture.h"

#include "giemsa/predict/colours.h"
#include "giemsa/predict/wide_field.h"

namespace giemsa {

std::vector<float> shown_picture(ImageView picture, const Preprocess& preprocess, const Viewing& viewing) {
  const Image square = in_colours(crop_and_resize(looked_at(picture, viewing), preprocess), viewing);
  std::vector<float> pixels(square.bytes().size());
  normalise(square, preprocess, pixels.data());
  return pixels;
}

}  // namespace giemsa
