#include "giemsa/train/adapt.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "giemsa/augment/policies.h"
#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/random.h"
#include "giemsa/metrics/confusion.h"
#include "giemsa/stats/deal_folds.h"
#include "giemsa/train/blas_check.h"
#include "giemsa/train/epoch.h"
#include "giemsa/train/feature_loader.h"
#include "giemsa/train/replay_batches.h"
#include "giemsa/train/schedule.h"
#include "giemsa/train/validation.h"

namespace giemsa {

namespace {

constexpr std::int64_t kValidationBatch = 64;

/// Whether colours are brought to the reference in each view. Where pale nuclei are deepened they were
/// already, before that (predict/shown_source.h); a second time would undo some of it.
bool standardises_views(const Viewing& viewing) { return viewing.standardise && !viewing.deepen_pale; }

/// Of rows of logits [N, K].
double accuracy_of(std::span<const float> logits, std::span<const std::int64_t> labels, std::size_t classes) {
  const std::vector<int> answers = arg_max_rows(logits, static_cast<int>(classes));
  std::size_t right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == labels[i];
  return static_cast<double>(right) / static_cast<double>(answers.size());
}

/// A model, cut at its memory's node, and what it learns beside new pictures.
class Adapter {
 public:
  Adapter(const Model& model, const AdaptOptions& options, const AdaptObserver& observer)
      : options_(options),
        observer_(observer),
        classes_(model.classes.size()),
        graph_(model.graph()),
        cut_(memory_node(graph_, model.memory)),
        old_(to_torch(graph_, model.weights)),
        trunk_(graph_, old_, cut_),
        augment_(find_policy(options.augment)) {
    if (standardises_views(model.viewing))
      augment_[OperationId::Standardise] = {.probability = 1, .from = 1, .to = 1};
    for (NodeId id = 0; id < static_cast<NodeId>(graph_.nodes.size()); ++id)
      frozen_.push_back(id <= cut_ || std::holds_alternative<BatchNormOp>(graph_.nodes[id].op));
    remember(model.memory);
  }

  /// The values of pictures as prediction sees them.
  std::vector<float> values(const LoaderSource& part) const {
    return trunk_values(part, trunk_, observer_.remembered);
  }
  std::vector<float> logits(const TorchParams& params, std::vector<float> values) const {
    return validation_logits(graph_, params, values, cut_, kValidationBatch);
  }
  double home_accuracy(const TorchParams& params) const {
    return accuracy_of(logits(params, memory_.values), memory_.labels, classes_);
  }
  const TorchParams& old_params() const { return old_; }
  StateDict weights(const TorchParams& params) const { return to_state_dict(graph_, params); }

  /// How many steps learn() takes for so many pictures.
  std::int64_t steps(const LoaderSource& part) const {
    return options_.epochs * loader_options(part).batches(draws(part));
  }

  /// The weights after the pictures of a part are learned. `first_step`, `all_steps`: for observer.stepped.
  TorchParams learn(const LoaderSource& part, std::int64_t first_step, std::int64_t all_steps) const {
    TorchParams params;
    std::vector<char> settled;
    for (std::size_t i = 0; i < old_.size(); ++i) {
      const bool learns = !is_statistic(graph_.params[i].kind) && graph_.params[i].node > cut_;
      params.push_back(old_[i].detach().clone());
      params.back().requires_grad_(learns);
      settled.push_back(!learns);
    }
    FeatureLoader fresh(part, loader_options(part), trunk_, observer_.remembered);
    ReplayBatches batches(fresh, memory_, options_.memory_batch, seed());
    const ForwardMode mode{.training = true, .frozen_nodes = frozen_, .from = cut_};
    const LossOptions loss;
    const torch::Tensor class_weights;
    const Learner learner{.graph = graph_,
                          .params = params,
                          .mode = mode,
                          .loss = loss,
                          .class_weights = class_weights,
                          .bfloat16 = false,
                          .seed = seed(),
                          .rank = 0};
    Optimizer optimizer(graph_, params, {.weight_decay = options_.weight_decay});
    WeightAverage average(params);
    ScheduleOptions cosine;
    cosine.final_frac = 0;
    const Schedule schedule{cosine, options_.lr, batches.batches_per_epoch(), options_.epochs};
    Peers alone;
    std::int64_t average_steps = 0;
    for (std::int64_t epoch = 1; epoch <= options_.epochs; ++epoch) {
      const std::int64_t before = (epoch - 1) * schedule.steps_per_epoch;
      EpochWork work{.learner = learner,
                     .optimizer = optimizer,
                     .average = &average,
                     .settled = &settled,
                     .batches = batches,
                     .peers = alone,
                     .rate = [&](std::int64_t update) { return learning_rate(schedule, before + update); },
                     .ema_decay = options_.ema_decay,
                     .accumulate = 1,
                     .epoch = epoch,
                     .average_steps = average_steps};
      train_epoch(work, [&](std::int64_t batch, const Figures&, double) {
        if (observer_.stepped) observer_.stepped(first_step + before + batch, all_steps);
      });
    }
    return blended(average.values());
  }

 private:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(options_.seed); }

  static std::size_t draws(const LoaderSource& part) {
    return draw_epoch("oversample", part.labels, 1, 1).size();
  }

  LoaderOptions loader_options(const LoaderSource& part) const {
    return {.classes = static_cast<int>(classes_),
            .batch = std::min(options_.batch, static_cast<std::int64_t>(draws(part))),
            .seed = seed(),
            .sampling = "oversample",
            .augment = augment_,
            .label_smoothing = options_.label_smoothing,
            .views = options_.views};
  }

  void remember(const ReplayMemory& memory) {
    memory_.values = memory.decoded();
    memory_.labels.assign(memory.labels.begin(), memory.labels.end());
    memory_.targets.resize(memory.pictures() * classes_);
    smooth_targets(memory_.labels, static_cast<int>(classes_), options_.label_smoothing, memory_.targets);
    const std::vector<float> answers = logits(old_, memory_.values);
    std::vector<double> probabilities(classes_);
    for (std::size_t i = 0; i < memory_.targets.size(); i += classes_) {
      calibrated_softmax(nullptr, std::span(answers).subspan(i, classes_), probabilities);
      for (std::size_t k = 0; k < classes_; ++k) {
        float& target = memory_.targets[i + k];
        target = static_cast<float>((1 - options_.keep) * target + options_.keep * probabilities[k]);
      }
    }
  }

  /// Between the old weights and these.
  TorchParams blended(const TorchParams& params) const {
    TorchParams result;
    for (std::size_t i = 0; i < params.size(); ++i)
      result.push_back(old_[i] + options_.blend * (params[i] - old_[i]));
    return result;
  }

  const AdaptOptions& options_;
  const AdaptObserver& observer_;
  std::size_t classes_;
  Graph graph_;
  NodeId cut_;
  TorchParams old_;
  FrozenTrunk trunk_;
  AugmentOptions augment_;
  std::vector<char> frozen_;  ///< [nodes]: act as in prediction
  ReplaySource memory_;
};

/// The mean of several networks that started from the same weights: it is worth as much as the mean of their
/// answers, and costs one network (model soups: Wortsman et al. 2022, arXiv 2203.05482).
TorchParams mean_of(const std::vector<TorchParams>& learned) {
  TorchParams mean;
  for (std::size_t i = 0; i < learned.front().size(); ++i) {
    torch::Tensor sum = learned.front()[i].clone();
    for (std::size_t k = 1; k < learned.size(); ++k) sum += learned[k][i];
    mean.push_back(sum / static_cast<double>(learned.size()));
  }
  return mean;
}

/// Some of the pictures of a part.
LoaderSource some(const LoaderSource& part, const std::function<bool(std::size_t)>& wanted) {
  LoaderSource chosen{part.crops, {}, {}, part.preprocess, part.standardise};
  for (std::size_t i = 0; i < part.records.size(); ++i) {
    if (!wanted(i)) continue;
    chosen.records.push_back(part.records[i]);
    chosen.labels.push_back(part.labels[i]);
  }
  return chosen;
}

void check_model(const Model& model) {
  require(!model.is_ensemble(), ErrorKind::Usage, "[adapt] an ensemble cannot be adapted as one",
          "adapt its members, FOLDER/members/1 …, and join them: giemsa ensemble");
  require(!model.memory.empty(), ErrorKind::Usage,
          "[adapt] the model keeps no memory of the cells that it was trained on, so it would forget them",
          "giemsa calibrate DATA --model MODEL, with the data that it was trained on");
}

}  // namespace

AdaptedModel adapt(const Model& model, const Source& source, const LaboratoryPictures& pictures,
                   const AdaptOptions& options, const AdaptObserver& observer) {
  const auto start = std::chrono::steady_clock::now();
  check_model(model);
  at::set_num_threads(processor_count());
  at::globalContext().setFlushDenormal(true);
  check_blas();

  CropCache::Result decoded =
      CropCache::build(source, pictures.records, model.preprocess, {}, observer.decoded);
  const LoaderSource asked{decoded.cache, pictures.records, pictures.labels, model.preprocess,
                           standardises_views(model.viewing)};
  const LoaderSource part =
      some(asked, [&](std::size_t i) { return decoded.cache.crop(asked.records[i]).pixels != nullptr; });
  require(part.records.size() >= 2, ErrorKind::Data,
          fmt::format("[adapt] {} pictures can be learned from; at least 2 are needed", part.records.size()));

  const Adapter adapter(model, options, observer);
  AdaptedModel result{model, {}, part.records, std::move(decoded.findings)};
  AdaptFigures& figures = result.figures;
  const std::size_t classes = model.classes.size();
  const std::vector<float> values = adapter.values(part);
  figures.before = accuracy_of(adapter.logits(adapter.old_params(), values), part.labels, classes);
  figures.home_before = adapter.home_accuracy(adapter.old_params());

  const std::int64_t folds =
      options.folds < 2 ? 0 : std::min(options.folds, static_cast<std::int64_t>(part.records.size()));
  std::vector<LoaderSource> others;
  const std::vector<int> truths(part.labels.begin(), part.labels.end());
  std::vector<int> fold;  // that each picture is left out in
  if (folds > 0)
    fold = deal_folds(truths, static_cast<int>(folds),
                      Random({static_cast<std::uint64_t>(options.seed), fnv1a("folds")}));
  std::int64_t all_steps = adapter.steps(part), done = 0;
  for (std::int64_t f = 0; f < folds; ++f) {
    others.push_back(some(part, [&](std::size_t i) { return fold[i] != f; }));
    all_steps += adapter.steps(others.back());
  }

  std::vector<TorchParams> learned{adapter.learn(part, 0, all_steps)};
  done += adapter.steps(part);
  result.model.trust = {};
  result.model.quantization = {};  // measured on the old weights

  if (folds > 0) {
    std::vector<float> answers(part.records.size() * classes);
    for (std::int64_t f = 0; f < folds; ++f) {
      learned.push_back(adapter.learn(others[static_cast<std::size_t>(f)], done, all_steps));
      done += adapter.steps(others[static_cast<std::size_t>(f)]);
      const std::vector<float> all = adapter.logits(learned.back(), values);
      for (std::size_t i = 0; i < part.records.size(); ++i) {
        if (fold[i] == f)
          std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(i * classes), classes,
                      answers.begin() + static_cast<std::ptrdiff_t>(i * classes));
      }
    }
    figures.after = accuracy_of(answers, part.labels, classes);
    result.model.trust.calibration = temperature_scaling(answers, truths, static_cast<int>(classes));
    result.model.trust.validation_pictures = static_cast<std::int64_t>(truths.size());
  }
  const TorchParams adapted = mean_of(learned);
  figures.home_after = adapter.home_accuracy(adapted);
  result.model.weights = adapter.weights(adapted);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace giemsa
