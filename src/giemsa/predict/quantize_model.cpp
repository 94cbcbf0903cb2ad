#include "giemsa/predict/quantize_model.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/infer/measure_ranges.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/predict/shown_picture.h"

namespace giemsa {
namespace {

/// A model's network, which is run on the same pictures in one way after the other.
class Trials {
 public:
  Trials(const Model& model, std::vector<float> images, int threads)
      : model_(model),
        graph_(model.graph()),
        outputs_{graph_.output, graph_.features},
        images_(std::move(images)),
        count_(images_.size() / static_cast<std::size_t>(graph_.input_shape().size())),
        threads_(threads),
        logits_(logits({})) {}

  const Graph& graph() const { return graph_; }

  Quantization measured() const {
    return measure_ranges(graph_, model_.weights, outputs_, images_, threads_);
  }

  /// [N, K].
  std::vector<float> logits(const Quantization& quantization) const {
    const NativeExecutor network(graph_, model_.weights, std::array{graph_.output}, &quantization);
    std::vector<float> out(count_ * model_.classes.size());
    network.run(images_, count_, threads_, out);
    return out;
  }

  double error_of(std::span<const float> logits) const {
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      difference += std::pow(double{logits[i]} - logits_[i], 2);
      size += std::pow(double{logits_[i]}, 2);
    }
    return size > 0 ? std::sqrt(difference / size) : 0;
  }

  double agreement_of(std::span<const float> logits) const {
    const std::size_t classes = model_.classes.size();
    const auto best = [&](std::span<const float> all, std::size_t i) {
      const auto row = all.subspan(i * classes, classes);
      return std::ranges::max_element(row) - row.begin();
    };
    std::size_t same = 0;
    for (std::size_t i = 0; i < count_; ++i) same += best(logits, i) == best(logits_, i);
    return static_cast<double>(same) / static_cast<double>(count_);
  }

 private:
  const Model& model_;
  Graph graph_;
  std::array<NodeId, 2> outputs_;
  std::vector<float> images_;  ///< [N, H, W, C]
  std::size_t count_;
  int threads_;
  std::vector<float> logits_;  ///< in floats
};

std::vector<float> shown_pictures(const Model& model, const PictureList& pictures, int threads) {
  const std::size_t size = static_cast<std::size_t>(model.graph().input_shape().size());
  std::vector<float> images(pictures.count * size);
  const ReadPictures read = for_each_picture(pictures, threads, {}, [&](std::size_t i, const Image& picture) {
    std::ranges::copy(shown_picture(picture, model.preprocess, model.viewing), &images[i * size]);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pictures.count; ++i) {
    if (!read.readable[i]) continue;
    std::copy_n(images.data() + i * size, size, images.data() + kept * size);
    ++kept;
  }
  require(kept > 0, ErrorKind::Data, "[quantize] no picture could be read",
          "pictures like those of the training");
  images.resize(kept * size);
  return images;
}

std::vector<std::string> layers_with_weights(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<ConvOp>(node.op) || std::holds_alternative<LinearOp>(node.op))
      names.push_back(node.name);
  }
  return names;
}

}  // namespace

QuantizedModel quantize_model(const Model& model, const PictureList& pictures, const QuantizeOptions& options,
                              int threads, const ProgressCallback& progress) {
  require(!model.is_ensemble(), ErrorKind::Usage, "[quantize] an ensemble is not quantised as one",
          "quantise its members, FOLDER/members/1 …, and join them: giemsa ensemble");
  const Trials trials(model, shown_pictures(model, pictures, threads), threads);
  const std::vector<std::string> names = layers_with_weights(trials.graph());
  QuantizedModel result{trials.measured(), {}};
  Quantization& quantization = result.quantization;

  // The last layer costs next to nothing, and its inputs are what a person would call the answer.
  const std::string& last = names.back();
  const std::set<std::string> all(names.begin(), names.end());
  for (const std::string& name : names) {
    LayerError layer{name, 0, name == last};
    if (!layer.kept) {
      quantization.kept = all;
      quantization.kept.erase(name);
      layer.error = trials.error_of(trials.logits(quantization));
    }
    result.layers.push_back(layer);
    if (progress) progress(result.layers.size(), names.size());
  }

  std::vector<LayerError*> by_error;
  for (LayerError& layer : result.layers) by_error.push_back(&layer);
  std::ranges::stable_sort(by_error, std::ranges::greater{}, &LayerError::error);
  quantization.kept = {last};
  for (std::size_t next = 0;; ++next) {
    const std::vector<float> logits = trials.logits(quantization);
    result.agreement = trials.agreement_of(logits);
    result.error = trials.error_of(logits);
    if (result.agreement >= options.agreement || next == by_error.size()) break;
    by_error[next]->kept = true;
    quantization.kept.insert(by_error[next]->layer);
  }
  return result;
}

}  // namespace giemsa
