#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "giemsa/image/image.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// What the networks of a model say of a picture, before anything is made of it.
struct Evidence {
  /// [K]: of one network and one view its logits; otherwise the logarithms of the probabilities' mean over
  /// all networks and views.
  std::vector<float> logits;
  /// [D]: the last map of the backbone, averaged over positions and views. Those of an ensemble's networks
  /// lie one behind the other, each at unit length, so that none outweighs the others.
  std::vector<float> features;
};

/// A picture brought nearer to those that a network was trained on.
struct Look {
  double distance = 1;  ///< above 1: from further away, the cell smaller; the borders are mirrored in
  bool reference_depth = false;  ///< stained as deeply as the training pictures (augment/stain.h: deepened)

  bool is_plain() const { return distance == 1 && !reference_depth; }
};

/// The networks of a model, packed and ready. Safe to use from several threads at once.
class Networks {
 public:
  /// Takes the weights out of `model` and its members.
  explicit Networks(Model& model);

  std::size_t classes() const { return classes_; }
  /// D.
  std::size_t features() const { return features_; }

  /// How many pictures are worth looking at together: fewer where each is seen from several sides.
  static std::size_t at_once(const Viewing& viewing);

  /// Any picture size. Throws Model when a network answers with a number that is not finite.
  Evidence look(ImageView picture, const Viewing& viewing, const Look& look = {}) const;
  /// The same for several pictures at once, which large networks do in less time: the same bits as alone.
  std::vector<Evidence> look(std::span<const ImageView> pictures, const Viewing& viewing,
                             const Look& look = {}) const;

 private:
  struct Network {
    Preprocess preprocess;
    NativeExecutor executor;  ///< logits, then the last map
    std::size_t features;
  };

  static Network pack(Model& model);
  std::vector<Evidence> look_together(std::span<const ImageView> pictures, const Viewing& viewing,
                                      const Look& look) const;

  std::vector<Network> networks_;
  std::size_t classes_, features_ = 0;
};

/// The mean over the positions of a map. map: [H, W, C] → [C].
std::vector<double> mean_over_positions(std::span<const float> map, std::size_t channels);

}  // namespace giemsa
