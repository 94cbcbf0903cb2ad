#include "giemsa/run/preprocess_of.h"

#include "giemsa/models/registry.h"

namespace giemsa {

Preprocess preprocess_of(const Config& config) {
  const PixelScale& pixels = find_model(config.model.name).pixels;
  return {config.data.crop_px, config.data.input_px, pixels.mean, pixels.std, pixels.bgr};
}

}  // namespace giemsa
