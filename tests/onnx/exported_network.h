#pragma once
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <opencv2/dnn.hpp>
#include <optional>
#include <span>
#include <vector>

#include "giemsa/infer/measure_ranges.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/onnx/emitter.h"
#include "giemsa/onnx/translate.h"
#include "giemsa/onnx/write_onnx.h"
#include "infer/random_network.h"
#include "onnx/onnx_runtime.h"

namespace giemsa::testing {

/// [N, H, W, C] → [N, C, H, W].
inline std::vector<float> channels_first(std::span<const float> images, const Shape& shape) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto positions = static_cast<std::size_t>(shape.height * shape.width);
  std::vector<float> out(images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::size_t c = i % channels, p = i / channels % positions, n = i / channels / positions;
    out[(n * channels + c) * positions + p] = images[i];
  }
  return out;
}

/// max |got - expected| / max(1, max |expected|); infinite where the sizes differ or a number is none.
inline double scaled_difference(std::span<const float> got, std::span<const float> expected) {
  if (got.size() != expected.size()) return INFINITY;
  double difference = 0, scale = 1;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (!std::isfinite(got[i])) return INFINITY;
    difference = std::max(difference, std::abs(double{got[i]} - expected[i]));
    scale = std::max(scale, std::abs(double{expected[i]}));
  }
  return difference / scale;
}

/// In what numbers a network is written and run.
enum class Arithmetic { Floats, Integers };

/// A network with random weights as an ONNX file, and what the native executor says of two pictures. Its
/// integers have the ranges of these pictures; its last layer stays in floats, as in quantised models.
class ExportedNetwork {
 public:
  static constexpr std::int64_t kImages = 2;

  explicit ExportedNetwork(const Graph& graph, Arithmetic arithmetic = Arithmetic::Floats)
      : shape_(graph.input_shape()) {
    // The seeds with which tests of infer/ hold the native executor against double precision: with others a
    // deep network may magnify rounding errors until two right answers differ by more than the tolerance.
    StateDict weights = random_weights(graph, 3);
    const std::vector<float> images = random_images(graph, kImages, 4);
    images_ = channels_first(images, shape_);
    logits_.resize(kImages * static_cast<std::size_t>(graph.output_shape().size()));
    const std::array outputs{graph.output};
    std::optional<Quantization> integers;
    if (arithmetic == Arithmetic::Integers) {
      integers = measure_ranges(graph, weights, outputs, images, 2);
      integers->kept = {last_layer(graph)};
    }
    const Quantization* quantization = integers ? &*integers : nullptr;
    {
      Emitter emit(integers ? kOnnxIntegerOpset : kOnnxOpset);
      const std::string input =
          emit.input("images", OnnxType::Float, {shape_.channels, shape_.height, shape_.width});
      const TranslatedNetwork network = translate(graph, weights, input, false, emit, quantization);
      emit.output("logits", network.logits, {graph.output_shape().channels});
      OnnxModel model = std::move(emit).take();
      model.name = "network";
      write_onnx(file(), model);
    }
    if (integers) {
      floats_.resize(logits_.size());
      NativeExecutor(graph, weights).run(images, kImages, 1, floats_);
    }
    NativeExecutor(graph, std::move(weights), outputs, quantization).run(images, kImages, 1, logits_);
  }

  std::filesystem::path file() const { return folder_.path() / "model.onnx"; }

  /// The name of the layer with weights that is computed last.
  static std::string last_layer(const Graph& graph) {
    std::string name;
    for (const Node& node : graph.nodes) {
      if (std::holds_alternative<ConvOp>(node.op) || std::holds_alternative<LinearOp>(node.op))
        name = node.name;
    }
    return name;
  }

  /// Of integers: the relative distance of ONNX Runtime's logits from ours, and of ours from those in floats.
  std::pair<double, double> integer_differences() const {
    const OnnxAnswers answers = OnnxRuntime::get().run(
        file(), "images", {kImages, shape_.channels, shape_.height, shape_.width}, images_);
    return {relative_distance(answers.at("logits").values, logits_), relative_distance(logits_, floats_)};
  }

  /// How often each operation stands in the network that ONNX Runtime makes of it.
  std::map<std::string, int> operations_in_onnx_runtime() const {
    OnnxRuntime::get().run(file(), "images", {kImages, shape_.channels, shape_.height, shape_.width}, images_,
                           file().string() + ".optimised");
    ::onnx::ModelProto model;
    std::ifstream stream(file().string() + ".optimised", std::ios::binary);
    if (!model.ParseFromIstream(&stream)) throw std::runtime_error("the file is not a model");
    std::map<std::string, int> operations;
    for (const auto& node : model.graph().node()) ++operations[node.op_type()];
    return operations;
  }

  /// How far ONNX Runtime's logits are from ours.
  double onnx_runtime_difference() const {
    const OnnxAnswers answers = OnnxRuntime::get().run(
        file(), "images", {kImages, shape_.channels, shape_.height, shape_.width}, images_);
    return scaled_difference(answers.at("logits").values, logits_);
  }

  /// The same of OpenCV, one picture at a time, as it reads products with gates.
  double opencv_difference() const {
    cv::dnn::Net net = cv::dnn::readNetFromONNX(file().string());
    const std::array<int, 4> sizes = {1, static_cast<int>(shape_.channels), static_cast<int>(shape_.height),
                                      static_cast<int>(shape_.width)};
    std::vector<float> logits;
    for (std::int64_t i = 0; i < kImages; ++i) {
      std::vector<float> image(images_.begin() + i * shape_.size(),
                               images_.begin() + (i + 1) * shape_.size());
      net.setInput(cv::Mat(4, sizes.data(), CV_32F, image.data()));
      const cv::Mat out = net.forward();
      logits.insert(logits.end(), out.begin<float>(), out.end<float>());
    }
    return scaled_difference(logits, logits_);
  }

  /// Throws where ONNX' own checker or its inference of types and shapes finds a fault. Gives the shape that
  /// it finds for the output, N as -1.
  std::vector<std::int64_t> check() const {
    ::onnx::ModelProto model;
    std::ifstream stream(file(), std::ios::binary);
    if (!model.ParseFromIstream(&stream)) throw std::runtime_error("the file is not a model");
    ::onnx::checker::check_model(model);
    const std::string said = model.graph().output(0).SerializeAsString();
    model.mutable_graph()->mutable_output(0)->clear_type();
    ::onnx::shape_inference::InferShapes(model, ::onnx::OpSchemaRegistry::Instance(), {true, 1, false});
    std::vector<std::int64_t> shape;
    for (const auto& dimension : model.graph().output(0).type().tensor_type().shape().dim()) {
      shape.push_back(dimension.has_dim_value() ? dimension.dim_value() : -1);
    }
    return shape;
  }

 private:
  Shape shape_;
  TemporaryFolder folder_;
  std::vector<float> images_, logits_, floats_;
};

}  // namespace giemsa::testing
