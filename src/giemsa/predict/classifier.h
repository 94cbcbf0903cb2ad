#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/record.h"
#include "giemsa/image/image.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// Answers which class a picture shows. Safe to use from several threads at once.
///
///     const Classifier classifier(read_model("run"));
///     const std::vector<float> probabilities = classifier.classify(read_image("cell.jpg"));
class Classifier {
 public:
  explicit Classifier(Model model);

  const std::vector<std::string>& classes() const { return model_.classes; }
  const Model& model() const { return model_; }
  /// Probabilities in the order of classes(); any picture size.
  std::vector<float> classify(ImageView picture) const;

 private:
  Model model_;  ///< its weights are dropped once the executor has packed them
  NativeExecutor network_;
};

/// The answers for many pictures.
struct Answers {
  std::vector<float> probabilities;  ///< [N, K]; a row of zeros where the picture could not be read
  std::vector<char> readable;        ///< [N]
  std::vector<Finding> findings;     ///< the pictures that could not be read, in order
};

/// Loads and classifies `count` pictures on `threads` threads (0: one per processor), one picture per thread
/// at a time. load(i) is called once for each i, from any thread; where it throws Data or Io the picture
/// becomes a finding named name(i).
Answers classify_all(const Classifier& classifier, std::size_t count,
                     const std::function<Image(std::size_t)>& load,
                     const std::function<std::string(std::size_t)>& name, int threads,
                     const ProgressCallback& progress);

/// In place: exp(x - max) / sum.
void softmax(std::span<float> logits);

}  // namespace giemsa
