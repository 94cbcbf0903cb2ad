#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/run/model_file.h"
#include "giemsa/train/adapt_options.h"

namespace giemsa {

/// What an adaptation tells while it runs. Any may be empty.
struct AdaptObserver {
  ProgressCallback decoded = {};
  ProgressCallback remembered = {};  ///< while views go through the frozen part
  /// After every step of all adaptations, those of the folds included.
  ProgressCallback stepped = {};
};

/// Some labelled pictures of a laboratory.
struct LaboratoryPictures {
  std::vector<std::size_t> records;  ///< numbers in the source
  std::vector<std::int64_t> labels;  ///< of each: a class of the model
};

/// Shares of right answers before and after an adaptation.
struct AdaptFigures {
  double before = 0;            ///< of the old model on the new pictures
  std::optional<double> after;  ///< on them, each answered by a model that was adapted to the others
  double home_before = 0, home_after = 0;  ///< on the memory
};

struct AdaptedModel {
  Model model;
  AdaptFigures figures;
  std::vector<std::size_t> records;  ///< that were learned: those that could be read
  std::vector<Finding> findings;     ///< pictures that could not be read
  double seconds = 0;
};

/// Teaches a model the look of another laboratory's cells without making it forget those that it was trained
/// on. All layers up to the one that the model's memory holds values of stay as they are, and batch norms
/// keep their statistics. The layers behind learn from batches of augmented views of the new pictures, all
/// their classes equally often, and of the memory's values, all its classes in turn. What it learns of those
/// is a mixture of their labels and of the old model's answers. With options.folds the new weights are the
/// mean of those that all pictures taught and those that all but one fold taught (model soups: Wortsman et
/// al. 2022).
///
/// The new model has the same network, classes, preprocessing and memory. It has a trust for its
/// probabilities alone, and only where options.folds tells how it answers pictures that it has not learned:
/// what the old one knew of its own answers no longer holds.
///
/// Throws Usage for a model without memory or an ensemble; Data when a picture's label is none of the model's
/// or fewer than two pictures can be read.
AdaptedModel adapt(const Model& model, const Source& source, const LaboratoryPictures& pictures,
                   const AdaptOptions& options, const AdaptObserver& observer);

}  // namespace giemsa
