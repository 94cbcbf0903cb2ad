// Ordinary photographs, named by MobileNetV2 with its ImageNet top (shared data): the whole road from a
// picture and a file of weights to an answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/image/codec.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/models/registry.h"
#include "giemsa/weights/import.h"
#include "shared_data.h"

namespace giemsa {
namespace {

constexpr const char* kWeights = "weights/mobilenet_v2_1.0_224_keras_with_top_restored.safetensors";
constexpr const char* kLabels = "weights/imagenet_labels.txt";

TEST(Photos, AreNamedByImageNetsMobileNetV2) {
  GIEMSA_NEEDS_SHARED(kWeights);
  GIEMSA_NEEDS_SHARED("data/photos");
  const struct {
    const char *file, *name;
  } kCases[] = {
      {"cat", "Egyptian cat"}, {"parrot", "macaw"},        {"hot_dog", "hotdog"},
      {"bird", "chickadee"},   {"dragonfly", "dragonfly"}, {"grace_hopper", "military uniform"},
      {"sunflower", "daisy"},
  };
  const ModelEntry& model = find_model("mobilenet_v2_keras");
  const Graph graph = build_model(model.name, {.classes = 1000, .input_px = 224});
  const NativeExecutor network(
      graph, import_weights(graph, read_weight_file(testing::shared_data(kWeights)), 1, kWeights).weights);
  const Preprocess preprocess{0, 224, model.pixels.mean, model.pixels.std, model.pixels.bgr};
  std::vector<std::string> labels = split_text(read_text(testing::shared_data(kLabels)), '\n');
  labels.erase(labels.begin());  // the class of the background, which Keras does not have

  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(testing::shared_data("data/photos"))) {
    const std::string stem = entry.path().stem().string();
    const auto expected =
        std::ranges::find_if(kCases, [&](const auto& c) { return stem.starts_with(c.file); });
    if (expected == std::end(kCases)) continue;
    const Image input = crop_and_resize(read_image(entry.path()), preprocess);
    std::vector<float> pixels(input.bytes().size()), logits(1000);
    normalise(input, preprocess, pixels.data());
    network.run(pixels, 1, 1, logits);
    const auto best = static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
    EXPECT_THAT(labels.at(best), ::testing::HasSubstr(expected->name)) << stem;
    ++seen;
  }
  EXPECT_EQ(seen, std::size(kCases));
}

}  // namespace
}  // namespace giemsa
