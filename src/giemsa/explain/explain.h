#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/image/image.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

class Classifier;

/// How it is found out where a network looked.
enum class ExplainMethod {
  /// Gradients at up to three depths: the net evidence of each place (HiResCAM, arXiv 2011.08891), less the
  /// map's median, multiplied over the depths: a place counts where it stands out at each of them. The method
  /// that both lies on the cell and follows the weights (docs/explain.md).
  Fused,
  /// The same of LayerCAM (Jiang et al. 2021). Shows nearly the same for every class: it tells what is seen
  /// more than what speaks for the class.
  LayerCam,
  GradCam,    ///< gradients at the last map, averaged (arXiv 1610.02391): coarse
  Occlusion,  ///< what hiding each place costs (arXiv 1311.2901): needs no gradient, some 170 to 330 passes
};

/// "fused", "layercam", "gradcam", "occlusion".
std::string_view explain_method_name(ExplainMethod method);
/// Throws Usage, naming the nearest, for another word.
ExplainMethod parse_explain_method(std::string_view name);

struct ExplainOptions {
  ExplainMethod method = ExplainMethod::Fused;
  int class_index = -1;  ///< whose evidence is shown; -1: the class that the network names
  /// How many of the picture's eight symmetries the methods with gradients look at and average: 1 or 8. One
  /// view alone is marked by the network's grid: paddings light up along the edges that they lie on.
  int views = 8;
  int threads = 1;  ///< of Occlusion; 0: one per processor. Does not change the answer
};

/// A square of a picture's pixels.
struct PictureSquare {
  int left = 0, top = 0, side = 0;
};

/// Where a network saw what speaks for a class, in the square that it was shown.
struct Explanation {
  PictureSquare square;              ///< that square (predict/wide_field.h, image/preprocess.h)
  std::int64_t side_px = 0;          ///< its side as the network sees it
  std::vector<float> saliency;       ///< [side_px, side_px], 0 to 1; all 0 where nothing speaks for the class
  std::vector<float> probabilities;  ///< [K], as giemsa predict gives them
  int class_index = -1;              ///< the class that is explained
  float probability = 0;             ///< its probability
  /// How much spoke for the class, before the map was scaled to 1: the sum of Grad-CAM over the last map, in
  /// units of the logit (Occlusion: log odds lost, the mean over the pixels); of an ensemble the mean.
  /// Comparable between pictures for one network and method only.
  float mass = 0;
  /// The smallest share of the square that holds half of the saliency: 0.5 where the map is flat, 0 where
  /// there is none. The smaller, the more concentrated was the look.
  float share = 0;
};

/// Shows where a classifier looked. Works for every network of the registry and without LibTorch. Safe to use
/// from several threads at once.
///
///     const Explainer explainer(read_model("run"));
///     const Image picture = read_image("cell.jpg");
///     const Explanation seen = explainer.explain(picture);
///     const Image shown = overlay(picture, seen);  // explain/overlay.h
class Explainer {
 public:
  /// Keeps the weights as they are in the model (those of read_model() stay in their file); what a method
  /// needs is made ready at its first use. Throws Usage for an ensemble whose networks crop differently.
  explicit Explainer(Model model);
  ~Explainer();
  Explainer(Explainer&&) noexcept;
  Explainer& operator=(Explainer&&) noexcept;

  /// Any picture size. The maps of an ensemble are averaged. Throws Usage for a class that the model lacks or
  /// another number of views, Model for an answer that is not finite.
  Explanation explain(ImageView picture, const ExplainOptions& options = {}) const;

  const std::vector<std::string>& classes() const;
  /// The square of a picture that is looked at.
  ImageView square_of(ImageView picture) const;
  /// What gives the probabilities; and features, to find neighbours by (explain/nearest.h).
  const Classifier& classifier() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace giemsa
