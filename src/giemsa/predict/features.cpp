#include "giemsa/predict/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/models/registry.h"
#include "giemsa/predict/evidence.h"
#include "giemsa/predict/for_each_picture.h"
#include "giemsa/weights/import.h"

namespace giemsa {
namespace {

NativeExecutor executor_of(Model& model) {
  const Graph graph = model.graph();
  return NativeExecutor(graph, std::exchange(model.weights, {}), graph.features);
}

}  // namespace

FeatureNetwork::FeatureNetwork(Model model) : preprocess_(model.preprocess), network_(executor_of(model)) {}

std::vector<float> FeatureNetwork::features(ImageView picture) const {
  const Image input = crop_and_resize(picture, preprocess_);
  std::vector<float> pixels(input.bytes().size());
  normalise(input, preprocess_, pixels.data());
  std::vector<float> map(static_cast<std::size_t>(network_.output_shape().size()));  // [H, W, C]
  network_.run(pixels, 1, 1, map);

  const std::vector<double> exact = mean_over_positions(map, size());
  const std::vector<float> means(exact.begin(), exact.end());
  for (const float mean : means) {
    require(std::isfinite(mean), ErrorKind::Model, "[predict] the network's answer is not a number",
            "its weights are damaged; train or fetch them again");
  }
  return means;
}

Model backbone(std::string_view network, const std::filesystem::path& weights, std::int64_t input_px) {
  const PixelScale& pixels = find_model(network).pixels;
  Model model;
  model.network = network;
  model.options.input_px = input_px;
  model.preprocess = {0, input_px, pixels.mean, pixels.std, pixels.bgr};
  model.weights = import_weights(model.graph(), read_weight_file(weights), 0, weights.string()).weights;
  return model;
}

PictureFeatures features_of_all(const FeatureNetwork& network, std::size_t count,
                                const std::function<Image(std::size_t)>& load,
                                const std::function<std::string(std::size_t)>& name, int threads,
                                const ProgressCallback& progress) {
  const std::size_t size = network.size();
  std::vector<float> values(count * size, std::numeric_limits<float>::quiet_NaN());
  ReadPictures read =
      for_each_picture({count, load, name}, threads, progress, [&](std::size_t i, const Image& picture) {
        const std::vector<float> features = network.features(picture);
        std::ranges::copy(features, values.begin() + static_cast<std::ptrdiff_t>(i * size));
      });
  return {size, std::move(values), std::move(read.readable), std::move(read.findings)};
}

}  // namespace giemsa
