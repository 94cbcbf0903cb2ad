#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/record.h"
#include "giemsa/image/image.h"
#include "giemsa/predict/evidence.h"
#include "giemsa/predict/for_each_picture.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

/// Answers which class a picture shows. Safe to use from several threads at once.
///
///     const Classifier classifier(read_model("run"));
///     const std::vector<float> probabilities = classifier.classify(read_image("cell.jpg"));
///     const Judgement judgement = classifier.judge(read_image("cell.jpg"));
class Classifier {
 public:
  explicit Classifier(Model model);

  const std::vector<std::string>& classes() const { return model_.classes; }
  const Model& model() const { return model_; }
  /// Numbers by which the networks describe a picture: D.
  std::size_t features() const { return networks_.features(); }

  // Of a picture of any size, seen as model().viewing says: a crop to a cell, or a whole frame where
  // viewing.cut_frames is set.

  /// What the networks say, before the model's trust makes anything of it.
  Evidence evidence(ImageView picture) const { return networks_.look(picture, model_.viewing); }
  /// The answer, by the model's trust; where viewing.second_looks asks for it, after second looks at what is
  /// unusual (second_looks.h). level: of the conformal set, where another one than the
  /// model's is wanted.
  Judgement judge(ImageView picture, std::optional<double> level = {}) const {
    return judge(picture, evidence(picture), level);
  }
  /// The same for a picture whose evidence() is at hand.
  Judgement judge(ImageView picture, const Evidence& evidence, std::optional<double> level = {}) const;
  // Of several pictures at once: the same bits as of each alone, in less time where the network is large.

  /// More than this many together gain nothing.
  std::size_t at_once() const { return Networks::at_once(model_.viewing); }
  std::vector<Evidence> evidence(std::span<const Image> pictures) const;
  std::vector<Judgement> judge(std::span<const Image> pictures, std::optional<double> level = {}) const;

  /// Its probabilities, in the order of classes().
  std::vector<float> classify(ImageView picture) const { return judge(picture).probabilities; }

 private:
  Model model_;  ///< its weights are dropped once they are packed
  Networks networks_;
};

/// The answers for many pictures.
struct Answers {
  std::vector<float> probabilities;  ///< [N, K]; a row of zeros where the picture could not be read
  std::vector<char> readable;        ///< [N]
  std::vector<Finding> findings;     ///< the pictures that could not be read, in order
};

/// Loads and classifies `count` pictures on `threads` threads (0: one per processor). load(i) is called once
/// for each i, from any thread; where it throws Data or Io the picture becomes a finding named name(i).
Answers classify_all(const Classifier& classifier, std::size_t count,
                     const std::function<Image(std::size_t)>& load,
                     const std::function<std::string(std::size_t)>& name, int threads,
                     const ProgressCallback& progress);

/// What the networks say of many pictures.
struct EvidenceOfAll {
  std::vector<float> logits;      ///< [N, K]; a row of zeros where the picture could not be read
  std::vector<float> features;    ///< [N, D]; likewise
  std::vector<char> readable;     ///< [N]
  std::vector<Finding> findings;  ///< the pictures that could not be read, in order
};

/// Classifier::evidence of a list of pictures; threads as classify_all.
EvidenceOfAll evidence_of_all(const Classifier& classifier, const PictureList& pictures, int threads,
                              const ProgressCallback& progress);

}  // namespace giemsa
