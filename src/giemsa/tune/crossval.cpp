#include "giemsa/tune/crossval.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/data/findings.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/run/epoch_record.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;

ErrorKind kind_of(int code) {
  for (const ErrorKind kind : {ErrorKind::Usage, ErrorKind::Data, ErrorKind::Io, ErrorKind::Model}) {
    if (code == exit_code(kind)) return kind;
  }
  return ErrorKind::Internal;
}

/// What the model of a fold says of the pictures of the fold, which it has never seen.
void predict_fold(const Crossval& crossval, const Source& source, std::size_t fold,
                  const ProgressCallback& progress) {
  const fs::path run = crossval.run_folder(fold);
  const Classifier classifier(read_model(run));
  require(classifier.classes() == source.classes(), ErrorKind::Data,
          fmt::format("[crossval] {} was trained on other classes than the data set has", run.string()),
          "begin a new cross-validation");
  const std::vector<std::size_t> records = crossval.splits[fold].members(Part::Test);
  const Answers answers = classify_all(
      classifier, records.size(), [&](std::size_t i) { return source.load(records[i]); },
      [&](std::size_t i) { return source.records()[records[i]].id; },
      static_cast<int>(crossval.recipe.train.threads), progress);
  Predictions predictions;
  predictions.classes = classifier.classes();
  const std::size_t classes = predictions.classes.size();
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!answers.readable[i]) continue;
    const Record& record = source.records()[records[i]];
    predictions.ids.push_back(record.id);
    predictions.paths.push_back(record.path);
    predictions.labels.push_back(record.label);
    const auto row = answers.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes);
    predictions.probabilities.insert(predictions.probabilities.end(), row,
                                     row + static_cast<std::ptrdiff_t>(classes));
  }
  require(predictions.size() > 0, ErrorKind::Data,
          fmt::format("[crossval] no picture of fold {} could be read", fold + 1));
  write_findings(crossval.fold_folder(fold) / "findings.csv", answers.findings);
  write_predictions(crossval.fold_folder(fold) / "predictions.csv",
                    predictions);  // last: the fold is finished
}

}  // namespace

fs::path Crossval::fold_folder(std::size_t fold) const {
  return folder / "folds" / fmt::format("fold-{}", fold + 1);
}

bool Crossval::finished(std::size_t fold) const { return fs::exists(fold_folder(fold) / "predictions.csv"); }

void run_crossval(const Crossval& crossval, const Source& source, const Trainer& trainer, int jobs,
                  const CrossvalObserver& observer) {
  std::vector<std::size_t> open;  // job → fold
  std::vector<Job> trainings;
  for (std::size_t fold = 0; fold < crossval.splits.size(); ++fold) {
    if (crossval.finished(fold)) continue;
    open.push_back(fold);
    const fs::path split = crossval.fold_folder(fold) / "split.csv";
    trainings.push_back(training_job(trainer, {.folder = crossval.run_folder(fold),
                                               .recipe = crossval.folder / "recipe.toml",
                                               .settings = {fmt::format("data.split={}", split.string())}}));
  }
  std::size_t done = crossval.splits.size() - open.size();
  const auto ended = [&](std::size_t job, const JobEnd& end) {
    const std::size_t fold = open[job];
    require(end.success(), kind_of(end.exit_code),
            fmt::format("[crossval] fold {}: {}", fold + 1, failure_reason(end, trainings[job].log)),
            fmt::format("{} says more; --resume goes on", trainings[job].log.string()));
    predict_fold(crossval, source, fold,
                 observer.predicting ? observer.predicting(fold) : ProgressCallback{});
    ++done;
    if (observer.ended) observer.ended(fold);
  };
  const auto ticked = [&](std::span<const std::size_t> running) {
    if (!observer.running) return;
    std::vector<RunningFold> folds;
    for (const std::size_t job : running) {
      const fs::path metrics = crossval.run_folder(open[job]) / "metrics.jsonl";
      folds.push_back({open[job], fs::exists(metrics) ? read_metrics(metrics).size() : 0});
    }
    observer.running(folds, done);
  };
  run_jobs(trainings, {.at_once = jobs}, {.ended = ended, .ticked = ticked});
}

}  // namespace giemsa
