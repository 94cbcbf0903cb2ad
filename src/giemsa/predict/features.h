#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/record.h"
#include "giemsa/image/image.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// What a network sees in a picture: the last map of its backbone, averaged over all positions. The head, and
/// so the classes, have no part in it. Safe to use from several threads at once.
///
///     const FeatureNetwork network(read_model("run"));
///     const FeatureNetwork imagenet(backbone("mobilenet_v2_keras", "weights.safetensors", 96));
class FeatureNetwork {
 public:
  explicit FeatureNetwork(Model model);

  /// Numbers that a picture is described by.
  std::size_t size() const { return static_cast<std::size_t>(network_.output_shape().channels); }
  /// Any picture size → [size()]. Throws Model when the network answers with a number that is not finite.
  std::vector<float> features(const Image& picture) const { return features(std::span(&picture, 1)); }
  /// Of several at once, in less time where the network is large: [N, size()].
  std::vector<float> features(std::span<const Image> pictures) const;

 private:
  Preprocess preprocess_;
  NativeExecutor network_;
};

/// A network of the registry with the weights of a file, for its features only: it has no classes, and its
/// head is fresh unless the file has one that fits. `input_px`: side of the square that pictures are resized
/// to. Throws Usage for an unknown network, Io for a file that is not there, Model for one that does not fit.
Model backbone(std::string_view network, const std::filesystem::path& weights, std::int64_t input_px);

/// The features of many pictures.
struct PictureFeatures {
  std::size_t size = 0;           ///< D
  std::vector<float> values;      ///< [N, D]; NaN where the picture could not be read
  std::vector<char> readable;     ///< [N]
  std::vector<Finding> findings;  ///< the pictures that could not be read, in order
};

/// Loads and describes `count` pictures on `threads` threads (0: one per processor). load(i) is called once
/// for each i, from any thread; where it throws Data or Io the picture becomes a finding named name(i).
PictureFeatures features_of_all(const FeatureNetwork& network, std::size_t count,
                                const std::function<Image(std::size_t)>& load,
                                const std::function<std::string(std::size_t)>& name, int threads,
                                const ProgressCallback& progress);

}  // namespace giemsa
