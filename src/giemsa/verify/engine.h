#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "giemsa/image/image.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// What an engine answers for some pictures.
struct EngineAnswers {
  std::vector<float> logits;          ///< [N, K]
  std::vector<double> probabilities;  ///< [N, K]: calibrated where the model is
  double seconds = 0;                 ///< of the network alone
};

/// A program that runs one network on pictures: one look at each, without what giemsa makes of the answers.
class Engine {
 public:
  virtual ~Engine() = default;

  /// For people, e.g. "native executor, 32-bit floats".
  virtual std::string title() const = 0;
  /// Whether any layer multiplies 8-bit integers.
  virtual bool has_integers() const = 0;
  /// Values that the network is given of a picture: H · W · 3.
  virtual std::size_t input_size() const = 0;
  /// These values: [H, W, 3], normalised. Safe to call from several threads.
  virtual std::vector<float> input(ImageView picture) const = 0;
  /// inputs: [count, H, W, 3], of input(). Throws Model when the engine fails.
  virtual EngineAnswers run(std::span<const float> inputs, std::size_t count) = 0;
};

struct EngineOptions {
  int threads = 0;  ///< 0: one per processor
  /// Where onnxruntime-node is installed, for files in ONNX.
  std::filesystem::path onnxruntime = ".";
};

/// The engine of a name, for a model of one network:
///   native       giemsa's own executor, as the model is stored
///   floats       the same without the model's 8-bit integers
///   int8         the same with them
///   model:FOLDER the native executor on another model with the same classes, e.g. before quantising
///   onnx:FILE    an exported file in ONNX Runtime, by node
/// Throws Usage for another name, an ensemble, and where the model or this machine cannot; Io for what is not
/// there; Model for a file of another network.
std::unique_ptr<Engine> open_engine(const std::string& name, const Model& model,
                                    const EngineOptions& options);

/// The model's calibrated softmax, or the plain one, of each row. logits: [N, K].
std::vector<double> probabilities_of(std::span<const float> logits, const Model& model);

}  // namespace giemsa
