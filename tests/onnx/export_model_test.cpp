// A whole model: names, probabilities, features, preprocessing inside, metadata, and what cannot be written.

#include "giemsa/onnx/export_model.h"

#include <gmock/gmock.h>

#include <fstream>

#include "giemsa/core/error.h"
#include "giemsa/models/registry.h"
#include "giemsa/run/ensemble.h"
#include "onnx/exported_network.h"

namespace giemsa::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

constexpr int kSide = 32;

Model small_model(const char* network = "mobilenet_v2") {
  Model model;
  model.network = network;
  model.options = {.classes = 3, .input_px = kSide};
  model.preprocess.input_px = kSide;
  model.classes = {"basophil", "eosinophil", "\"quoted\" ß"};
  model.weights = random_weights(model.graph(), 1);
  return model;
}

::onnx::ModelProto read_back(const std::filesystem::path& path) {
  ::onnx::ModelProto model;
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(model.ParseFromIstream(&stream));
  ::onnx::checker::check_model(model);
  return model;
}

std::map<std::string, std::string> metadata_of(const ::onnx::ModelProto& model) {
  std::map<std::string, std::string> metadata;
  for (const auto& entry : model.metadata_props()) metadata[entry.key()] = entry.value();
  return metadata;
}

class ExportModel : public ::testing::Test {
 protected:
  std::filesystem::path write(const Model& model, const ExportOptions& options = {}) const {
    const std::filesystem::path path = folder_.path() / "model.onnx";
    const std::uint64_t bytes = write_onnx(path, onnx_of(model, options));
    EXPECT_EQ(bytes, std::filesystem::file_size(path));
    return path;
  }
  TemporaryFolder folder_;
};

TEST_F(ExportModel, SaysWhatItIs) {
  Model model = small_model();
  model.preprocess.crop_px = 200;
  model.viewing.cut_frames = true;
  model.trust.calibration = Calibration{{0.5, 0.5, 0.5}, {0, 0, 0}};
  const ::onnx::ModelProto onnx = read_back(write(model));
  EXPECT_EQ(onnx.producer_name(), "giemsa");
  EXPECT_EQ(onnx.opset_import(0).version(), kOnnxOpset);
  EXPECT_EQ(onnx.graph().name(), "mobilenet_v2");
  EXPECT_EQ(onnx.graph().input(0).name(), "images");
  EXPECT_EQ(onnx.graph().input(0).type().tensor_type().shape().dim(0).dim_param(), "N");
  EXPECT_EQ(onnx.graph().output(0).name(), "logits");
  EXPECT_EQ(onnx.graph().output(1).name(), "probabilities");
  EXPECT_THAT(onnx.doc_string(), HasSubstr("cut to the cell"));

  const auto metadata = metadata_of(onnx);
  const auto json = [&](const char* key) { return nlohmann::json::parse(metadata.at(key)); };
  EXPECT_EQ(metadata.at("network"), "mobilenet_v2");
  EXPECT_EQ(json("classes").get<std::vector<std::string>>(), model.classes);
  EXPECT_EQ(json("preprocessing")["crop_px"], 200);
  EXPECT_EQ(json("preprocessing")["input_px"], kSide);
  EXPECT_EQ(json("preprocessing")["normalised_inside"], false);
  EXPECT_FLOAT_EQ(json("preprocessing")["mean"][0].get<float>(), 0.485f);
  EXPECT_EQ(json("viewing")["cut_frames"], true);
  EXPECT_EQ(json("calibration")["temperature"], 2);
}

TEST_F(ExportModel, WeighsAsMuchAsItsWeights) {
  const Model model = small_model();
  std::uintmax_t bytes = 0;
  for (const auto& [name, tensor] : model.weights) bytes += 4 * tensor.size();
  const std::uintmax_t size = std::filesystem::file_size(write(model));
  EXPECT_LE(size, bytes + 40'000);  // the nodes; batch norms are gone
  EXPECT_GE(size, bytes * 95 / 100);
}

/// Logits, features and probabilities against the native executor.
TEST_F(ExportModel, GivesFeaturesAndCalibratedProbabilities) {
  GIEMSA_NEEDS_ONNX_RUNTIME();
  const std::vector<Calibration> calibrations = {{{0.5, 0.5, 0.5}, {0, 0, 0}},
                                                 {{0.5, 0.9, 1.3}, {0.2, -1, 0.4}}};
  for (const Calibration& calibration : calibrations) {
    Model model = small_model();
    model.trust.calibration = calibration;
    const Graph graph = model.graph();
    const std::vector<float> image = random_images(graph, 1, 2);
    const OnnxAnswers answers =
        OnnxRuntime::get().run(write(model, {.features = true}), "images", {1, 3, kSide, kSide},
                               channels_first(image, graph.input_shape()));

    std::vector<float> logits(3);
    NativeExecutor(graph, model.weights).run(image, 1, 1, logits);
    EXPECT_LE(scaled_difference(answers.at("logits").values, logits), 1e-5);

    std::vector<double> exact(3);
    calibrated_softmax(&calibration, logits, exact);
    EXPECT_LE(
        scaled_difference(answers.at("probabilities").values, std::vector<float>(exact.begin(), exact.end())),
        1e-5);

    const NativeExecutor backbone(graph, model.weights, graph.features);
    const auto channels = static_cast<std::size_t>(backbone.output_shape().channels);
    std::vector<float> map(static_cast<std::size_t>(backbone.output_shape().size())), mean(channels);
    backbone.run(image, 1, 1, map);
    for (std::size_t i = 0; i < map.size(); ++i) {
      mean[i % channels] += map[i] * static_cast<float>(channels) / static_cast<float>(map.size());
    }
    EXPECT_THAT(answers.at("features").shape, ElementsAre(1, static_cast<std::int64_t>(channels)));
    EXPECT_LE(scaled_difference(answers.at("features").values, mean), 1e-5);
  }
}

TEST_F(ExportModel, NormalisesBytesInside) {
  GIEMSA_NEEDS_ONNX_RUNTIME();
  for (const bool bgr : {false, true}) {
    Model model = small_model();
    model.preprocess.bgr = bgr;
    model.preprocess.mean = {0.1f, 0.4f, 0.7f};
    Image picture(kSide, kSide);
    Random random({7});
    for (int i = 0; i < kSide * kSide * 3; ++i)
      picture.pixels()[i] = static_cast<std::uint8_t>(random.uniform(0.f, 255.9f));
    std::vector<float> image(static_cast<std::size_t>(kSide * kSide * 3)), logits(3);
    normalise(picture, model.preprocess, image.data());
    NativeExecutor(model.graph(), model.weights).run(image, 1, 1, logits);

    const std::filesystem::path path = write(model, {.preprocessing = true});
    EXPECT_EQ(nlohmann::json::parse(metadata_of(read_back(path)).at("preprocessing"))["normalised_inside"],
              true);
    const OnnxAnswers answers = OnnxRuntime::get().run(path, "pixels", {1, kSide, kSide, 3},
                                                       std::span(picture.pixels(), image.size()));
    EXPECT_LE(scaled_difference(answers.at("logits").values, logits), 1e-5) << (bgr ? "BGR" : "RGB");
  }
}

TEST_F(ExportModel, WritesIntegersWithAllThatBelongsToAModel) {
  Model model = small_model();
  const Graph graph = model.graph();
  model.trust.calibration = Calibration{{0.5, 0.5, 0.5}, {0, 0, 0}};
  model.quantization = measure_ranges(graph, model.weights, std::array{graph.output, graph.features},
                                      random_images(graph, 2, 3), 1);
  model.quantization.kept = {"classifier.1"};
  const ExportOptions options{.preprocessing = true, .int8 = true, .features = true};
  EXPECT_THAT(left_outside(model, {}), Contains(HasSubstr("--int8 writes them")));
  EXPECT_THAT(left_outside(model, options), Each(Not(HasSubstr("integers"))));

  const auto floats_size = std::filesystem::file_size(write(model));
  const std::filesystem::path path = write(model, options);
  EXPECT_LT(std::filesystem::file_size(path), floats_size * 2 / 5);
  const ::onnx::ModelProto onnx = read_back(path);
  EXPECT_EQ(onnx.opset_import(0).version(), kOnnxIntegerOpset);
  EXPECT_EQ(onnx.ir_version(), 7);
  EXPECT_EQ(metadata_of(onnx).at("arithmetic"), "8-bit integers");

  GIEMSA_NEEDS_ONNX_RUNTIME();
  Image picture(kSide, kSide);
  Random random({7});
  for (int i = 0; i < kSide * kSide * 3; ++i)
    picture.pixels()[i] = static_cast<std::uint8_t>(random.uniform(0.f, 255.9f));
  std::vector<float> image(static_cast<std::size_t>(kSide * kSide * 3)), logits(3);
  normalise(picture, model.preprocess, image.data());
  NativeExecutor(graph, model.weights, std::array{graph.output}, &model.quantization)
      .run(image, 1, 1, logits);
  const OnnxAnswers answers =
      OnnxRuntime::get().run(path, "pixels", {1, kSide, kSide, 3}, std::span(picture.pixels(), image.size()));
  EXPECT_LE(scaled_difference(answers.at("logits").values, logits), 0.1);
  EXPECT_EQ(answers.at("probabilities").values.size(), 3u);
  EXPECT_EQ(answers.at("features").values.size(), 1280u);
}

TEST_F(ExportModel, TellsWhatStaysOutside) {
  Model model = small_model();
  EXPECT_EQ(left_outside(model, {.preprocessing = true}).size(), 1);  // the square
  model.viewing = {
      .views = 8, .standardise = true, .cut_frames = true, .second_looks = true, .deepen_pale = true};
  EXPECT_EQ(left_outside(model, {}).size(), 7);
  EXPECT_THAT(left_outside(model, {}), Contains(HasSubstr("8 symmetries")));
}

template <class Call>
void expect_error(ErrorKind kind, const char* says, Call call) {
  try {
    call();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_THAT(error.message(), HasSubstr(says));
  }
}

TEST_F(ExportModel, RefusesWhatItCannotWrite) {
  const Model ensemble = make_ensemble({small_model(), small_model()});
  expect_error(ErrorKind::Usage, "ensemble of 2 networks", [&] { onnx_of(ensemble, {}); });

  expect_error(ErrorKind::Usage, "multiplies no integers", [&] { onnx_of(small_model(), {.int8 = true}); });

  Model other = small_model();
  other.weights.erase(other.weights.begin());
  expect_error(ErrorKind::Model, "the weights lack", [&] { onnx_of(other, {}); });

  const OnnxModel model = onnx_of(small_model(), {});
  expect_error(ErrorKind::Io, "nowhere", [&] { write_onnx(folder_.path() / "nowhere" / "m.onnx", model); });
  expect_error(ErrorKind::Io, "", [&] { write_onnx(folder_.path(), model); });
}

TEST_F(ExportModel, RefusesMoreThanAFileHolds) {
  OnnxModel model;
  model.constants.push_back({"large", {1 << 15, 1 << 14}, std::function<HostTensor()>([]() -> HostTensor {
                               throw std::logic_error("nothing is made of what is too large");
                             })});
  const std::filesystem::path path = folder_.path() / "large.onnx";
  expect_error(ErrorKind::Model, "at most 2.15 GB", [&] { write_onnx(path, model); });
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace giemsa::testing
