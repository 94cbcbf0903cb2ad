#include "giemsa/onnx/export_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/onnx/emitter.h"
#include "giemsa/onnx/metadata.h"
#include "giemsa/onnx/translate.h"

namespace giemsa {
namespace {

/// Bytes as they are → the network's input. Gives its value [N, 3, S, S].
std::string emit_preprocessing(Emitter& emit, const Preprocess& preprocess) {
  const std::int64_t side = preprocess.input_px;
  const auto [scale, shift, source] = Normalisation(preprocess);
  std::string value = emit.input("pixels", OnnxType::UInt8, {side, side, 3});
  value = emit.node("Cast", "preprocess", {value}, {{"to", static_cast<std::int64_t>(OnnxType::Float)}});
  value = emit.transpose("preprocess", value, {0, 3, 1, 2});
  if (preprocess.bgr) {
    const std::string order =
        emit.integers("preprocess/order", std::vector<std::int64_t>(source.begin(), source.end()));
    value = emit.node("Gather", "preprocess", {value, order}, {{"axis", std::int64_t{1}}});
  }
  const auto per_channel = [&](const char* name, const std::array<float, 3>& values) {
    return emit.floats(name, {1, 3, 1, 1}, {values.begin(), values.end()});
  };
  value = emit.node("Mul", "preprocess", {value, per_channel("preprocess/scale", scale)});
  return emit.node("Add", "preprocess", {value, per_channel("preprocess/shift", shift)});
}

/// Vector scaling as one matrix, [K, K]: class j has the share (j = k) - 1 / K of the centred logit k.
std::vector<float> centred_scales(const std::vector<double>& scale) {
  const std::size_t classes = scale.size();
  std::vector<float> matrix(classes * classes);
  for (std::size_t j = 0; j < classes; ++j) {
    for (std::size_t k = 0; k < classes; ++k) {
      matrix[j * classes + k] =
          static_cast<float>(((j == k ? 1. : 0.) - 1. / static_cast<double>(classes)) * scale[k]);
    }
  }
  return matrix;
}

/// As calibrated_softmax, which centres the logits first; a temperature does not need that.
std::string emit_probabilities(Emitter& emit, const Calibration& calibration, const std::string& logits) {
  const auto classes = static_cast<std::int64_t>(calibration.scale.size());
  std::string value;
  if (calibration.is_temperature()) {
    const std::string scale = emit.scalar(static_cast<float>(calibration.scale.front()));
    value = emit.node("Mul", "calibration", {logits, scale});
  } else {
    const std::string scale =
        emit.floats("calibration/scale", {classes, classes}, centred_scales(calibration.scale));
    const std::string shift =
        emit.floats("calibration/shift", {classes}, {calibration.shift.begin(), calibration.shift.end()});
    value = emit.node("Gemm", "calibration", {logits, scale, shift});
  }
  return emit.node("Softmax", "calibration", {value}, {{"axis", std::int64_t{1}}});
}

}  // namespace

OnnxModel onnx_of(const Model& model, const ExportOptions& options) {
  require(!model.is_ensemble(), ErrorKind::Usage,
          fmt::format("[export] the model is an {}; an ONNX file holds one", model.title()),
          "export its members, one by one: MODEL/members/1, MODEL/members/2, …");
  require(!options.int8 || !model.quantization.empty(), ErrorKind::Usage,
          "[export] the model multiplies no integers; --int8 writes those of a quantised one",
          "make one of it first: giemsa quantize");
  const Graph graph = model.graph();
  const auto [channels, height, width] = graph.input_shape();
  Emitter emit(options.int8 ? kOnnxIntegerOpset : kOnnxOpset);
  const std::string images = options.preprocessing
                                 ? emit_preprocessing(emit, model.preprocess)
                                 : emit.input("images", OnnxType::Float, {channels, height, width});
  const TranslatedNetwork network = translate(graph, model.weights, images, options.features, emit,
                                              options.int8 ? &model.quantization : nullptr);
  const std::int64_t classes = graph.output_shape().channels;
  if (model.trust.calibration) {
    emit.output("probabilities", emit_probabilities(emit, *model.trust.calibration, network.logits),
                {classes});
  }
  emit.output("logits", network.logits, {classes});
  if (options.features) {
    emit.output("features", network.features, {graph.nodes[graph.features].shape.channels});
  }
  OnnxModel onnx = std::move(emit).take();
  // "logits" is the first of the outputs.
  std::ranges::stable_partition(onnx.outputs,
                                [](const OnnxValue& output) { return output.name == "logits"; });
  onnx.name = model.network;
  onnx.description = onnx_description(model, options);
  onnx.metadata = onnx_metadata(model, options);
  return onnx;
}

}  // namespace giemsa
