#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/options.h"
#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"
#include "giemsa/eval/predictions.h"
#include "giemsa/run/config.h"
#include "giemsa/split/split.h"
#include "giemsa/tune/fold_summary.h"
#include "giemsa/tune/trainer_call.h"

namespace giemsa {

/// What is asked of a cross-validation, besides its recipe.
struct CrossvalOptions {
  std::int64_t folds = 5;
  double val_share = 0.1;
  std::int64_t seed = 1;
};
void describe(OptionVisitor& visit, CrossvalOptions& options);

/// A cross-validation as its folder holds it:
///   crossval.toml recipe.toml                  what was asked for
///   folds/fold-1/{split.csv, run/, findings.csv, predictions.csv}
///   predictions.csv findings.csv crossval.json report.html figures/ out-of-fold/   written at the end
struct Crossval {
  std::filesystem::path folder;
  CrossvalOptions options;
  Config recipe;
  std::vector<Split> splits;  ///< one a fold; its test part is the fold

  std::filesystem::path fold_folder(std::size_t fold) const;  ///< `fold` from 0; folders count from 1
  std::filesystem::path run_folder(std::size_t fold) const { return fold_folder(fold) / "run"; }
  /// Whether the fold has been trained and predicted.
  bool finished(std::size_t fold) const;
};

/// Begins one in a folder that holds none: divides the records, and writes down what was asked for. A recipe
/// with train.threads = 0 gets `threads`. Throws Usage, and as fold_splits does.
Crossval begin_crossval(const std::filesystem::path& folder, const CrossvalOptions& options,
                        const Config& recipe, const Source& source, const RecordGroups& groups,
                        std::int64_t threads);

/// That of a folder. Throws Usage when it holds none, Data when its files were changed or `source` is not the
/// one that it began with.
Crossval open_crossval(const std::filesystem::path& folder, const Source& source);

/// A training that runs.
struct RunningFold {
  std::size_t fold = 0;    ///< from 0
  std::size_t epochs = 0;  ///< finished ones
};

/// Who wants to know how it goes; each may be empty.
struct CrossvalObserver {
  std::function<void(std::span<const RunningFold>, std::size_t done)> running;
  std::function<ProgressCallback(std::size_t fold)> predicting;
  std::function<void(std::size_t fold)> ended;
};

/// Trains and predicts the folds that are not finished, `jobs` trainings at once. Throws as run_jobs does; an
/// Error of the training's kind when one fails, after which the call may be repeated.
void run_crossval(const Crossval& crossval, const Source& source, const Trainer& trainer, int jobs,
                  const CrossvalObserver& observer);

/// What all folds came to.
struct CrossvalResult {
  std::vector<FoldResult> folds;
  Predictions predictions;  ///< of every labelled, readable record once, in the order of the records
  std::vector<Finding> findings;
  Evaluation pooled;  ///< of the predictions of all folds together
};
/// Reads the finished folds. Throws Data when a record is predicted twice, or neither predicted nor a
/// finding.
CrossvalResult read_folds(const Crossval& crossval, const Source& source);

/// Writes predictions.csv, findings.csv, crossval.json, report.html and out-of-fold/report.html, with
/// `title`.
void write_crossval_results(const Crossval& crossval, const Source& source, const CrossvalResult& result,
                            const std::string& title);

/// The text of crossval.json; it holds no times, so that one that was interrupted writes the same.
std::string to_json(const Crossval& crossval, const CrossvalResult& result);
/// The page of report.html; figures are drawn into `figures`.
std::string crossval_page(const Crossval& crossval, const CrossvalResult& result, const std::string& title,
                          const std::filesystem::path& figures);

}  // namespace giemsa
