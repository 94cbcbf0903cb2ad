#pragma once
#include "giemsa/core/random.h"
#include "giemsa/image/image.h"
#include "giemsa/models/registry.h"
#include "giemsa/run/model_file.h"
#include "infer/random_network.h"

namespace giemsa::testing {

/// A model of five classes and 32 px with random weights.
inline Model random_model(const char* network, std::int64_t crop_px = 0) {
  const ModelEntry& entry = find_model(network);
  Model model;
  model.network = network;
  model.options = {.classes = 5, .input_px = 32};
  model.preprocess = {crop_px, 32, entry.pixels.mean, entry.pixels.std};
  model.classes = {"a", "b", "c", "d", "e"};
  model.weights = random_weights(model.graph(), 3);
  return model;
}

/// A picture of noise; its size depends on `seed`.
inline Image noise(std::uint64_t seed) {
  Random random({seed});
  Image image(static_cast<int>(30 + 7 * (seed % 5)), static_cast<int>(28 + 3 * (seed % 7)));
  for (int i = 0; i < image.width() * image.height() * 3; ++i) {
    image.pixels()[i] = static_cast<std::uint8_t>(random.below(256));
  }
  return image;
}

/// Noise with nuclei paler than kPaleDepth in standard colours.
inline Image pale_noise() {
  Image image = noise(7);
  for (int i = 0; i < image.width() * image.height() * 3; ++i)
    image.pixels()[i] = static_cast<std::uint8_t>(255 - (255 - image.pixels()[i]) / 3);
  return image;
}

}  // namespace giemsa::testing
