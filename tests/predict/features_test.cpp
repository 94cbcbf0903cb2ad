#include "giemsa/predict/features.h"

#include <cmath>

#include "core/error_matchers.h"
#include "giemsa/core/file.h"
#include "giemsa/data/source.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/models/registry.h"
#include "infer/random_network.h"
#include "shared_data.h"

namespace giemsa::testing {
namespace {

using ::testing::Each;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

Model random_model(const char* network, const char* head = "own") {
  const ModelEntry& entry = find_model(network);
  Model model;
  model.network = network;
  model.options = {.classes = 3, .input_px = 64, .head = {.kind = head}};
  model.preprocess = {0, 64, entry.pixels.mean, entry.pixels.std};
  model.classes = {"a", "b", "c"};
  model.weights = random_weights(model.graph(), 3);
  return model;
}

/// A picture of noise; its size depends on `seed`.
Image noise(std::uint64_t seed) {
  Random random({seed});
  Image image(static_cast<int>(60 + seed % 5), static_cast<int>(70 + seed % 7));
  for (int i = 0; i < image.width() * image.height() * 3; ++i)
    image.pixels()[i] = static_cast<std::uint8_t>(random.below(256));
  return image;
}

TEST(FeatureNetwork, GivesTheInputOfTheLastLayer) {
  // Their own heads are pooling and one dense layer, so the logits follow from the features.
  for (const char* network : {"mobilenet_v2", "resnet18"}) {
    SCOPED_TRACE(network);
    const Model model = random_model(network);
    const Graph graph = model.graph();
    const FeatureNetwork features(model);
    ASSERT_EQ(static_cast<std::int64_t>(features.size()), graph.nodes[graph.features].shape.channels);
    const NativeExecutor executor(graph, model.weights);
    const std::vector<int>& last = graph.nodes[graph.output].params;
    const auto weight = model.weights.at(graph.params[last[0]].name).values();
    const auto bias = model.weights.at(graph.params[last[1]].name).values();

    const Image input = crop_and_resize(noise(1), model.preprocess);
    std::vector<float> pixels(input.bytes().size()), logits(3), expected(3);
    normalise(input, model.preprocess, pixels.data());
    executor.run(pixels, 1, 1, expected);
    const std::vector<float> got = features.features(noise(1));
    for (std::size_t k = 0; k < 3; ++k) {
      double sum = bias[k];
      for (std::size_t c = 0; c < got.size(); ++c) sum += got[c] * weight[k * got.size() + c];
      logits[k] = static_cast<float>(sum);
    }
    EXPECT_THAT(logits, Pointwise(FloatNear(1e-3f), expected));
  }
}

TEST(FeatureNetwork, LeavesTheHeadOut) {
  for (const char* head : {"linear", "axon", "dl_bois"}) {
    Model other = random_model("mobilenet_v2", head);
    const Model own = random_model("mobilenet_v2");
    for (const auto& [name, tensor] : own.weights)
      if (other.weights.contains(name)) other.weights[name] = tensor;
    EXPECT_EQ(FeatureNetwork(other).features(noise(2)), FeatureNetwork(own).features(noise(2))) << head;
  }
}

TEST(FeatureNetwork, SaysThatWeightsAreDamaged) {
  Model model = random_model("convnext_atto");
  const Graph graph = model.graph();
  const Param& first = graph.params.front();
  model.weights[first.name] =
      HostTensor::make(first.shape, [](std::span<float> values) { std::ranges::fill(values, NAN); });
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { FeatureNetwork(model).features(noise(1)); }),
              HasSubstr("not a number"));
}

TEST(Backbone, TakesTheWeightsOfAFileWhateverItsHead) {
  const TemporaryFolder folder;
  const Model model = random_model("mobilenet_v2");
  const auto file = folder.path() / "three_classes.safetensors";
  write_safetensors(file, model.weights, {});
  const Model taken = backbone("mobilenet_v2", file, 64);
  EXPECT_EQ(FeatureNetwork(taken).features(noise(3)), FeatureNetwork(model).features(noise(3)));
  EXPECT_THAT(error_of(ErrorKind::Model, [&] { backbone("resnet18", file, 64); }),
              HasSubstr("missing    layer1.0.conv1.weight"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { backbone("resnet19", file, 64); }), HasSubstr("resnet18"));
  error_of(ErrorKind::Io, [&] { backbone("resnet18", folder.path() / "none", 64); });
}

TEST(FeaturesOfAll, GivesARowPerPictureOnAnyNumberOfThreads) {
  const FeatureNetwork network(random_model("mobilenet_v2"));
  constexpr std::size_t kCount = 9;
  for (const int threads : {1, 3, 0}) {
    const PictureFeatures all = features_of_all(
        network, kCount,
        [](std::size_t i) -> Image {
          if (i == 4) throw Error(ErrorKind::Data, "[png] half a picture");
          return noise(i);
        },
        [](std::size_t i) { return "noise " + std::to_string(i); }, threads, {});
    ASSERT_EQ(all.size, network.size());
    ASSERT_EQ(all.values.size(), kCount * all.size);
    for (std::size_t i = 0; i < kCount; ++i) {
      const std::vector<float> row(all.values.begin() + i * all.size,
                                   all.values.begin() + (i + 1) * all.size);
      EXPECT_EQ(all.readable[i], i != 4);
      if (i == 4) {
        EXPECT_THAT(row, Each(::testing::IsNan()));
      } else {
        EXPECT_EQ(row, network.features(noise(i))) << i;
      }
    }
    ASSERT_EQ(all.findings.size(), 1u);
    EXPECT_EQ(all.findings[0].record, "noise 4");
    EXPECT_EQ(all.findings[0].reason, "corrupt");
  }
}

TEST(FeaturesOfAll, ImageNetsFeaturesTellCellsApart) {
  constexpr const char* kWeights = "weights/mobilenet_v2_1.0_224_keras_notop.safetensors";
  GIEMSA_NEEDS_SHARED(kWeights);
  GIEMSA_NEEDS_SHARED("data/pbc/images");
  const FeatureNetwork network(backbone("mobilenet_v2_keras", shared_data(kWeights), 96));
  ASSERT_EQ(network.size(), 1280u);
  const auto source = open_source(shared_data("data/pbc/images"));
  const auto records = source->records();
  const std::size_t count = records.size() / 20;
  const PictureFeatures all = features_of_all(
      network, count, [&](std::size_t i) { return source->load(20 * i); },
      [&](std::size_t i) { return records[20 * i].id; }, 0, {});
  EXPECT_TRUE(all.findings.empty());

  // The nearest other picture mostly shows the same of eight classes.
  double same = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t nearest = i;
    double least = INFINITY;
    for (std::size_t j = 0; j < count; ++j) {
      double distance = 0;
      for (std::size_t c = 0; c < all.size; ++c) {
        const double difference = all.values[i * all.size + c] - all.values[j * all.size + c];
        distance += difference * difference;
      }
      if (j != i && distance < least) {
        least = distance;
        nearest = j;
      }
    }
    same += records[20 * i].label == records[20 * nearest].label;
  }
  EXPECT_GT(same / static_cast<double>(count), 0.6);
}

}  // namespace
}  // namespace giemsa::testing
