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

std::vector<float> FeatureNetwork::features(std::span<const Image> pictures) const {
  const auto input = static_cast<std::size_t>(network_.input_shape().size());
  const auto value = static_cast<std::size_t>(network_.output_shape().size());
  std::vector<float> pixels(pictures.size() * input), maps(pictures.size() * value);  // of [H, W, C]
  for (std::size_t i = 0; i < pictures.size(); ++i)
    normalise(crop_and_resize(pictures[i], preprocess_), preprocess_, &pixels[i * input]);
  network_.run(pixels, pictures.size(), 1, maps);

  std::vector<float> means;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::vector<double> exact = mean_over_positions(std::span(maps).subspan(i * value, value), size());
    means.insert(means.end(), exact.begin(), exact.end());
  }
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
  ReadPictures read = for_each_group({count, load, name}, threads, progress, [&](const PictureGroup& group) {
    const std::vector<float> features = network.features(group.pictures);
    for (std::size_t g = 0; g < group.size(); ++g)
      std::copy_n(&features[g * size], size, &values[group.numbers[g] * size]);
  });
  return {size, std::move(values), std::move(read.readable), std::move(read.findings)};
}

}  // namespace giemsa
