// Writes the streams that model_folder_fuzz begins with: small networks, with and without trust and memory.
//
//   model_folder_seeds FOLDER
#include <algorithm>

#include "folder_stream.h"
#include "giemsa/run/model_file.h"

namespace {

giemsa::Model model_of_zeros(const char* network, std::int64_t input_px) {
  giemsa::Model model;
  model.network = network;
  model.options = {.classes = 3, .input_px = input_px, .head = {.units = 8}};
  model.preprocess.input_px = input_px;
  model.classes = {"basophil", "monocyte", "platelet"};
  model.facts = {{"seed", "1"}};
  for (const giemsa::Param& param : model.graph().params)
    model.weights[param.name] = giemsa::HostTensor::make(
        param.shape, [](std::span<float> values) { std::ranges::fill(values, 0.0f); });
  return model;
}

giemsa::Trust trust_of_zeros(std::size_t features) {
  giemsa::Trust trust;
  trust.calibration = {{1, 2, 1}, {0, 0.5, 0}};
  trust.conformal = {{0, 0, 0, 0}, 0.95};
  giemsa::Novelty& novelty = trust.novelty.emplace();
  novelty.features = features;
  novelty.axes = 2;
  novelty.classes = 3;
  novelty.rest_scale = 2;
  novelty.mean.resize(features);
  novelty.axis.resize(2 * features);
  novelty.whitening.resize(4);
  novelty.centres.resize(6);
  trust.abstention = {.coverage = 0.98, .most_novelty = 3, .least_confidence = 0.5, .usual_novelty = 2};
  return trust;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path out = argv[1];
  const auto write = [&](const char* name, const giemsa::Model& model) {
    const giemsa::TemporaryFolder folder;
    write_model(folder.path() / "m.giemsa", model);
    giemsa::write_atomic(out / name, giemsa::fuzz::pack_folder(folder.path() / "m.giemsa"));
  };
  giemsa::Model model = model_of_zeros("baseline_cnn", 8);
  write("plain", model);
  const giemsa::Graph graph = model.graph();
  model.trust = trust_of_zeros(static_cast<std::size_t>(graph.nodes[graph.features].shape.channels));
  model.viewing = {.views = 8, .standardise = true, .cut_frames = true, .second_looks = true};
  write("trusted", model);
  const giemsa::Shape& shape = graph.nodes[graph.features].shape;
  const std::vector<float> values(static_cast<std::size_t>(2 * shape.size()));
  model.memory = giemsa::remember(graph.nodes[graph.features].name, shape, values, {0, 1});
  write("remembering", model);
  write("three_convolutions", model_of_zeros("baseline_cnn3", 16));
}
