// The engines that a model may be run by.

#include "giemsa/verify/engine.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <cstdlib>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/infer/measure_ranges.h"
#include "giemsa/onnx/export_model.h"
#include "giemsa/onnx/write_onnx.h"
#include "giemsa/predict/classifier.h"
#include "onnx/onnx_runtime.h"
#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::HasSubstr;

Model quantised(Model model) {
  const Graph graph = model.graph();
  model.quantization =
      measure_ranges(graph, model.weights, std::array{graph.output}, random_images(graph, 2, 9), 1);
  model.quantization.kept = {"classifier.1"};
  return model;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(double{a[i]} - b[i]));
  return largest;
}

class Engines : public ::testing::Test {
 protected:
  EngineAnswers ask(const std::string& name, const Model& model) const {
    const auto engine = open_engine(name, model, {.threads = 1, .onnxruntime = OnnxRuntime::folder()});
    std::vector<float> inputs;
    for (const std::uint64_t seed : {1, 2, 3}) {
      const std::vector<float> input = engine->input(noise(seed));
      inputs.insert(inputs.end(), input.begin(), input.end());
    }
    return engine->run(inputs, 3);
  }
  std::string write(const Model& model, const char* name, const ExportOptions& options = {}) const {
    write_onnx(folder_.path() / name, onnx_of(model, options));
    return fmt::format("onnx:{}", (folder_.path() / name).string());
  }
  TemporaryFolder folder_;
};

TEST_F(Engines, AnswerAsTheClassifier) {
  Model model = random_model("mobilenet_v2", 25);
  model.trust.calibration = Calibration{{0.5, 0.9, 1.3, 1, 1}, {0.2, -1, 0.4, 0, 0}};
  const EngineAnswers answers = ask("native", model);
  const Classifier classifier(model);
  for (std::size_t i = 0; i < 3; ++i) {
    const Image picture = noise(i + 1);
    const std::vector<float> logits = classifier.evidence(picture).logits,
                             probabilities = classifier.classify(picture);
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_FLOAT_EQ(answers.logits[i * 5 + k], logits[k]);
      EXPECT_FLOAT_EQ(static_cast<float>(answers.probabilities[i * 5 + k]), probabilities[k]);
    }
  }
}

TEST_F(Engines, TellFloatsFromIntegers) {
  const Model floats = random_model("mobilenet_v2"), integers = quantised(floats);
  EXPECT_EQ(ask("native", integers).logits, ask("int8", integers).logits);
  EXPECT_EQ(ask("floats", integers).logits, ask("native", floats).logits);
  EXPECT_NE(ask("floats", integers).logits, ask("int8", integers).logits);
  EXPECT_TRUE(open_engine("native", integers, {})->has_integers());
  EXPECT_FALSE(open_engine("floats", integers, {})->has_integers());
  EXPECT_THAT(open_engine("int8", integers, {})->title(), HasSubstr("8-bit integers"));

  write_model(folder_.path() / "floats", floats);
  EXPECT_EQ(ask(fmt::format("model:{}", (folder_.path() / "floats").string()), integers).logits,
            ask("floats", integers).logits);
}

TEST_F(Engines, RunExportedFiles) {
  GIEMSA_NEEDS_ONNX_RUNTIME();
  Model model = quantised(random_model("mobilenet_v2"));
  model.preprocess.mean = {0.1f, 0.4f, 0.7f};
  model.preprocess.bgr = true;
  model.trust.calibration = Calibration{{0.5, 0.5, 0.5, 0.5, 0.5}, {0, 0, 0, 0, 0}};
  const EngineAnswers floats = ask("floats", model), integers = ask("int8", model);
  for (const bool bytes : {false, true}) {
    const EngineAnswers onnx = ask(write(model, "floats.onnx", {.preprocessing = bytes}), model);
    EXPECT_LE(largest_difference(onnx.logits, floats.logits), 1e-4) << bytes;
    ASSERT_EQ(onnx.probabilities.size(), 15u);
    for (std::size_t i = 0; i < 15; ++i) EXPECT_NEAR(onnx.probabilities[i], floats.probabilities[i], 1e-5);
    EXPECT_GT(onnx.seconds, 0);
  }
  const std::string file = write(model, "int8.onnx", {.int8 = true});
  EXPECT_TRUE(open_engine(file, model, {.onnxruntime = OnnxRuntime::folder()})->has_integers());
  const EngineAnswers onnx = ask(file, model);
  EXPECT_GT(largest_difference(onnx.logits, floats.logits), 1e-4);
  EXPECT_LE(largest_difference(onnx.logits, integers.logits),
            0.5 * largest_difference(integers.logits, std::vector<float>(15)));
}

void expect_error(const std::string& name, const Model& model, ErrorKind kind, const char* says,
                  const EngineOptions& options = {}) {
  try {
    const auto engine = open_engine(name, model, options);
    engine->run(engine->input(noise(1)), 1);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_THAT(error.message(), HasSubstr(says));
  }
}

TEST_F(Engines, RefuseWhatTheyCannotRun) {
  const Model model = random_model("baseline_cnn");
  expect_error("torch", model, ErrorKind::Usage, "no engine 'torch'");
  expect_error("int8", model, ErrorKind::Usage, "multiplies no integers");
  expect_error("onnx:", model, ErrorKind::Usage, "no engine 'onnx:'");
  expect_error("onnx:nowhere.onnx", model, ErrorKind::Io, "nowhere.onnx");
  expect_error("model:nowhere", model, ErrorKind::Io, "nowhere");

  Model other = model;
  other.classes[0] = "z";
  write_model(folder_.path() / "other", other);
  expect_error(fmt::format("model:{}", (folder_.path() / "other").string()), model, ErrorKind::Usage,
               "other classes");
}

TEST_F(Engines, SayWhatOnnxRuntimeLacks) {
  GIEMSA_NEEDS_ONNX_RUNTIME();
  const Model model = random_model("baseline_cnn");
  const std::string file = write(model, "model.onnx");
  const EngineOptions there{.threads = 1, .onnxruntime = OnnxRuntime::folder()};
  expect_error(file, model, ErrorKind::Usage,
               "onnxruntime-node cannot be loaded: Cannot find module 'onnxruntime-node'",
               {.onnxruntime = folder_.path()});
  const std::filesystem::path package = folder_.path() / "node_modules" / "onnxruntime-node";
  std::filesystem::create_directories(package);
  write_atomic(package / "index.js", std::string_view("throw new Error('libgone.so: cannot open\\nmore');"));
  expect_error(file, model, ErrorKind::Usage, "cannot be loaded: libgone.so: cannot open",
               {.onnxruntime = folder_.path()});

  write_atomic(folder_.path() / "broken.onnx", std::string_view("no model"));
  expect_error(fmt::format("onnx:{}", (folder_.path() / "broken.onnx").string()), model, ErrorKind::Model,
               "ONNX Runtime cannot run", there);
  OnnxModel nothing;
  nothing.name = "nothing";
  nothing.outputs = {{"logits", OnnxType::Int64, {}}};
  nothing.constants = {{"one", {1}, std::vector<std::int64_t>{1}}};
  nothing.nodes = {{"Neg", "negative", {"one"}, "logits", {}}};
  write_onnx(folder_.path() / "nothing.onnx", nothing);
  expect_error(fmt::format("onnx:{}", (folder_.path() / "nothing.onnx").string()), model, ErrorKind::Model,
               "takes ''; files of giemsa export take", there);
  Model more = model;
  more.classes = {"a", "b"};
  more.options.classes = 2;
  expect_error(file, more, ErrorKind::Model, "gives 5 logits; the model has 2", there);
  Model larger = model;
  larger.preprocess.input_px = 64;
  expect_error(file, larger, ErrorKind::Model, "ONNX Runtime cannot run", there);
}

}  // namespace
}  // namespace giemsa::testing
