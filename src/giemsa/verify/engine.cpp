#include "giemsa/verify/engine.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/predict/shown_picture.h"
#include "giemsa/run/model_box.h"
#include "giemsa/verify/onnx_engine.h"

namespace giemsa {
namespace {

class NativeEngine : public Engine {
 public:
  NativeEngine(Model model, std::string name, int threads)
      : model_(std::move(model)),
        name_(std::move(name)),
        threads_(threads),
        executor_(pack(model_)),
        input_size_(static_cast<std::size_t>(executor_.input_shape().size())) {}

  std::string title() const override {
    return fmt::format("{}: native executor, {}", name_, has_integers() ? "8-bit integers" : "32-bit floats");
  }
  bool has_integers() const override { return !model_.quantization.empty(); }
  std::size_t input_size() const override { return input_size_; }
  std::vector<float> input(ImageView picture) const override {
    return shown_picture(picture, model_.preprocess, model_.viewing);
  }
  EngineAnswers run(std::span<const float> inputs, std::size_t count) override {
    require(inputs.size() == count * input_size_, ErrorKind::Internal, "[verify] inputs of another size");
    EngineAnswers answers;
    answers.logits.resize(count * model_.classes.size());
    const auto start = std::chrono::steady_clock::now();
    executor_.run(inputs, count, threads_, answers.logits);
    answers.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    answers.probabilities = probabilities_of(answers.logits, model_);
    return answers;
  }

 private:
  static NativeExecutor pack(Model& model) {
    const Graph graph = model.graph();
    return {graph, std::exchange(model.weights, {}), std::array{graph.output},
            model.quantization.empty() ? nullptr : &model.quantization};
  }

  Model model_;
  std::string name_;
  int threads_;
  NativeExecutor executor_;
  std::size_t input_size_;
};

/// Of "onnx:FILE" FILE; "" where the name does not begin so.
std::string behind(const std::string& name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : std::string();
}

Model other_model(const std::string& folder, const Model& model) {
  Model other = read_model(named_model(folder), ModelParts::Answering);
  require(!other.is_ensemble(), ErrorKind::Usage,
          fmt::format("[verify] {} is an {}; engines run one network", folder, other.title()),
          "its members, one by one: FOLDER/members/1, FOLDER/members/2, …");
  require(other.classes == model.classes, ErrorKind::Usage,
          fmt::format("[verify] {} has other classes than the model that it is compared with", folder));
  return other;
}

}  // namespace

std::vector<double> probabilities_of(std::span<const float> logits, const Model& model) {
  std::vector<double> probabilities(logits.size());
  const std::size_t classes = model.classes.size();
  const Calibration* calibration = model.trust.calibration ? &*model.trust.calibration : nullptr;
  for (std::size_t at = 0; at < logits.size(); at += classes) {
    calibrated_softmax(calibration, logits.subspan(at, classes),
                       std::span(probabilities).subspan(at, classes));
  }
  return probabilities;
}

std::unique_ptr<Engine> open_engine(const std::string& name, const Model& model,
                                    const EngineOptions& options) {
  require(!model.is_ensemble(), ErrorKind::Usage,
          fmt::format("[verify] the model is an {}; engines run one network", model.title()),
          "its members, one by one: MODEL/members/1, MODEL/members/2, …");
  if (const std::string file = behind(name, "onnx:"); !file.empty()) {
    return open_onnx_engine(file, model, options);
  }
  if (const std::string folder = behind(name, "model:"); !folder.empty()) {
    return std::make_unique<NativeEngine>(other_model(folder, model), name, options.threads);
  }
  require(name == "native" || name == "floats" || name == "int8", ErrorKind::Usage,
          fmt::format("[verify] there is no engine '{}'", name),
          "native, floats, int8, onnx:FILE or model:FOLDER");
  require(name != "int8" || !model.quantization.empty(), ErrorKind::Usage,
          "[verify] the model multiplies no integers, so there is no engine 'int8' for it",
          "giemsa quantize makes one that does");
  Model own = model;
  if (name == "floats") own.quantization = {};
  return std::make_unique<NativeEngine>(std::move(own), name, options.threads);
}

}  // namespace giemsa
