#include "giemsa/train/trainer.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/hash.h"
#include "giemsa/core/parallel.h"
#include "giemsa/core/version.h"
#include "giemsa/data/findings.h"
#include "giemsa/graph/freeze.h"
#include "giemsa/models/registry.h"
#include "giemsa/run/environment.h"
#include "giemsa/run/model_file.h"
#include "giemsa/train/blas_check.h"
#include "giemsa/train/checkpoint.h"
#include "giemsa/train/class_balance.h"
#include "giemsa/train/epoch.h"
#include "giemsa/train/freeze.h"
#include "giemsa/train/run_files.h"
#include "giemsa/train/training_data.h"
#include "giemsa/weights/catalogue.h"
#include "giemsa/weights/import.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

/// The network that the configuration names, for these classes; without weights.
Model describe_model(const Config& config, const std::vector<std::string>& classes) {
  const ModelEntry& entry = find_model(config.model.name);
  Model model;
  model.network = config.model.name;
  model.options = {static_cast<std::int64_t>(classes.size()), config.data.input_px, config.model.dropout,
                   config.model.drop_path, config.model.head};
  model.preprocess = {config.data.crop_px, config.data.input_px, entry.pixels.mean, entry.pixels.std,
                      entry.pixels.bgr};
  model.classes = classes;
  return model;
}

/// One training: what its epochs share.
class Training {
 public:
  Training(const Source& source, Config config, const fs::path& folder, const TrainObserver& observer)
      : source_(source),
        config_(std::move(config)),
        files_{folder},
        observer_(observer),
        model_(describe_model(config_, source.classes())),
        graph_(model_.graph()) {}

  TrainResult run(bool resume) {
    at::set_num_threads(config_.train.threads > 0 ? static_cast<int>(config_.train.threads)
                                                  : processor_count());
    at::globalContext().setFlushDenormal(true);
    check_blas();

    std::optional<Checkpoint> saved;
    if (resume && fs::exists(files_.checkpoint())) saved = read_checkpoint(files_.checkpoint());
    for (const StageOptions& stage : config_.stages)
      frozen_nodes(graph_, stage.freeze);  // errors now, not later
    params_ = to_torch(graph_, saved ? std::move(saved->params) : first_weights());
    prepare_data(resume);
    if (saved) {
      restore(std::move(*saved));
    } else {
      average_.emplace(params_);
      if (!resume) describe_run();
    }
    for (; at_.stage < static_cast<std::int64_t>(config_.stages.size()); ++at_.stage) run_stage();
    return result_;
  }

 private:
  void say(const std::string& line) const {
    if (observer_.say) observer_.say(line);
  }

  std::uint64_t seed() const { return static_cast<std::uint64_t>(config_.train.seed); }

  /// Fresh weights, and over them those of the weight file.
  StateDict first_weights() const {
    const std::string& file = config_.model.weights;
    if (file.empty()) return initialise(graph_, seed());
    const WeightFile given = read_weight_file(weights_path(file));
    Import import = import_weights(graph_, given, seed(), file);
    write_atomic(files_.weights_report(), import.report.text());
    say(fmt::format("{} tensors from {}; {} left over, {} new in the head (weights.txt lists them)",
                    import.report.mapped.size(), file, import.report.left_over.size(),
                    import.report.missing.size()));
    return std::move(import.weights);
  }

  void prepare_data(bool resume) {
    Split split = resume ? read_split(files_.split(), source_)
                         : choose_split(source_, config_.data, seed(), observer_.say);
    data_ = prepare_training_data(source_, std::move(split), config_.data, model_.preprocess, files_.crops(),
                                  observer_.decoded);
    train_.emplace(data_.part(source_, Part::Train));
    val_.emplace(data_.part(source_, Part::Val));
    const std::size_t count = train_->records.size();
    require(config_.train.batch <= static_cast<std::int64_t>(count), ErrorKind::Usage,
            fmt::format("[train] a batch of {} is larger than the training part of {} pictures",
                        config_.train.batch, count),
            fmt::format("--set train.batch={}", count));
    loader_.emplace(*train_, config_.augment, seed(), config_.train.batch,
                    static_cast<int>(config_.train.loader_threads), config_.train.sampling);
    balance_ = class_balance(data_.classes, train_->labels, config_.train);
    if (config_.train.class_weights != "none") {
      std::vector<float> weights;
      for (const ClassBalance& one : balance_) weights.push_back(static_cast<float>(one.weight));
      class_weights_ = torch::tensor(weights);
    }
    at_.config_hash = sha256_hex(to_toml(config_, false) + split_hash(data_.split, source_));
    const std::size_t unlisted = source_.findings().size(), broken = data_.findings.size() - unlisted;
    if (unlisted > 0)
      say(fmt::format("{} entries of the data set cannot be used (findings.csv lists them)", unlisted));
    if (broken > 0) say(fmt::format("{} broken pictures are left out (findings.csv lists them)", broken));
    say(fmt::format("{} pictures to train on, {} to validate, {} classes", count, val_->records.size(),
                    data_.classes.size()));
    for (const std::string& line : class_balance_lines(balance_)) say(line);
  }

  /// Leaves in the folder what the run is, before its first step.
  void describe_run() const {
    write_atomic(files_.environment(),
                 environment_json({{"libtorch", TORCH_VERSION},
                                   {"threads", std::to_string(at::get_num_threads())},
                                   {"split_sha256", split_hash(data_.split, source_)}}));
    write_split(files_.split(), data_.split, source_);
    write_findings(files_.findings(), data_.findings);
    write_atomic(files_.classes(), class_balance_csv(balance_));
    write_atomic(files_.config(), to_toml(config_, true));  // last: it marks the folder as one to resume
  }

  /// Takes up the state of a checkpoint.
  void restore(Checkpoint saved) {
    require(saved.config_hash == at_.config_hash, ErrorKind::Data,
            fmt::format("[resume] the pictures or the configuration are not those that {} began with",
                        files_.folder.string()),
            "give the same DATA, or train into a new folder");
    average_.emplace(to_torch(graph_, std::move(saved.average)));
    records_ = read_metrics(files_.metrics());
    require(records_.size() >= static_cast<std::size_t>(saved.epoch), ErrorKind::Data,
            fmt::format("[resume] {} has {} epochs, the checkpoint {}", files_.metrics().string(),
                        records_.size(), saved.epoch));
    records_.resize(saved.epoch);
    for (const EpochRecord& record : records_) {
      if (record.best) result_ = {record.epoch, record.val_accuracy, record.val_loss};
    }
    say(fmt::format("resumed after epoch {}", saved.epoch));
    at_ = std::move(saved);
  }

  void run_stage() {
    const StageOptions& stage = config_.stages[at_.stage];
    if (stage.freeze == "backbone" && config_.model.weights.empty() && at_.epoch == 0) {
      say(fmt::format(
          "stage '{}' trains a head on a frozen backbone of fresh weights, which teaches little; give "
          "--weights FILE, or take --recipe quickstart",
          stage.name));
    }
    const ForwardMode mode{.training = true, .frozen_nodes = apply_freeze(graph_, params_, stage.freeze)};
    AdamW optimizer(graph_, params_, {stage.beta1, stage.beta2, 1e-8, stage.weight_decay});
    if (!at_.first.empty() && at_.epoch_in_stage > 0) {  // resumed within the stage
      copy_named(graph_, at_.first, optimizer.first());
      copy_named(graph_, at_.second, optimizer.second());
      optimizer.set_steps(at_.optimizer_steps);
    }
    for (StateDict* tensors : {&at_.params, &at_.average, &at_.first, &at_.second}) tensors->clear();
    while (at_.epoch_in_stage < stage.epochs) {
      if (patience_is_over()) {
        say(fmt::format("stage '{}' ends early: no better epoch in {}", stage.name, config_.train.patience));
        break;
      }
      run_epoch(stage, mode, optimizer);
    }
    at_.epoch_in_stage = at_.stage_best_epoch = 0;
  }

  bool patience_is_over() const {
    return config_.train.patience > 0 && at_.epoch_in_stage - at_.stage_best_epoch >= config_.train.patience;
  }

  void run_epoch(const StageOptions& stage, const ForwardMode& mode, AdamW& optimizer) {
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t steps = loader_->batches_per_epoch(), epoch = at_.epoch + 1;
    const auto warmup = std::llround(stage.warmup_epochs * static_cast<double>(steps));
    EpochWork work{.graph = graph_,
                   .params = params_,
                   .mode = mode,
                   .optimizer = optimizer,
                   .average = config_.train.ema_decay > 0 ? &*average_ : nullptr,
                   .loader = *loader_,
                   .schedule = {stage.lr, stage.final_lr_frac, warmup, stage.epochs * steps},
                   .ema_decay = config_.train.ema_decay,
                   .label_smoothing = config_.train.label_smoothing,
                   .class_weights = class_weights_,
                   .seed = seed(),
                   .epoch = epoch,
                   .first_step = at_.epoch_in_stage * steps,
                   .average_steps = at_.average_steps};
    const EpochOutcome trained =
        train_epoch(work, [&](std::int64_t step, const Figures& figures, double rate) {
          if (observer_.stepped) observer_.stepped(epoch, step, steps, figures.loss, figures.accuracy, rate);
        });
    const Figures validated = validate(graph_, kept(), *val_, config_.train.batch);
    require(
        std::isfinite(validated.loss), ErrorKind::Data,  // the epoch's last step may have been one too far
        fmt::format("[train] the validation loss became {} in epoch {}", validated.loss, epoch),
        fmt::format("a lower learning rate than {:g}; the checkpoint of the epoch before is kept", stage.lr));
    EpochRecord record{.epoch = epoch,
                       .stage = stage.name,
                       .lr = trained.last_rate,
                       .train_loss = trained.figures.loss,
                       .train_accuracy = trained.figures.accuracy,
                       .val_loss = validated.loss,
                       .val_accuracy = validated.accuracy,
                       .images_per_second = trained.images_per_second};
    record.best = note_figure(validated);
    if (record.best) {
      result_ = {epoch, validated.accuracy, validated.loss};
      save_model(record);
    }
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    records_.push_back(record);
    write_metrics(files_.metrics(), records_);
    save_checkpoint(optimizer);
    if (observer_.epoch_ended) observer_.epoch_ended(record);
  }

  /// Counts the epoch; returns whether it is the best of the run.
  bool note_figure(const Figures& validated) {
    const double figure = config_.train.select == "loss" ? -validated.loss : validated.accuracy;
    ++at_.epoch;
    ++at_.epoch_in_stage;
    if (at_.stage_best_epoch == 0 || figure > at_.stage_best) {
      at_.stage_best = figure;
      at_.stage_best_epoch = at_.epoch_in_stage;
    }
    if (at_.best_epoch != 0 && figure <= at_.best) return false;
    at_.best = figure;
    at_.best_epoch = at_.epoch;
    return true;
  }

  /// The weights that are validated and kept.
  const TorchParams& kept() { return config_.train.ema_decay > 0 ? average_->values() : params_; }

  void save_model(const EpochRecord& record) {
    Model model = model_;
    model.weights = to_state_dict(graph_, kept());
    model.facts = {{"made with", fmt::format("giemsa {}", version())},
                   {"trained on", fmt::format("{} pictures", train_->records.size())},
                   {"validated on", fmt::format("{} pictures", val_->records.size())},
                   {"validation accuracy", fmt::format("{:.4f}", record.val_accuracy)},
                   {"epoch", std::to_string(record.epoch)},
                   {"seed", std::to_string(config_.train.seed)},
                   {"split sha256", split_hash(data_.split, source_)}};
    write_model(files_.model(), model);
  }

  void save_checkpoint(AdamW& optimizer) {
    Checkpoint checkpoint = at_;
    checkpoint.params = to_state_dict(graph_, params_);
    checkpoint.average = to_state_dict(graph_, average_->values());
    checkpoint.first = to_state_dict(graph_, optimizer.first());
    checkpoint.second = to_state_dict(graph_, optimizer.second());
    checkpoint.optimizer_steps = optimizer.steps();
    write_checkpoint(files_.checkpoint(), checkpoint);
  }

  const Source& source_;
  Config config_;
  RunFiles files_;
  const TrainObserver& observer_;

  Model model_;  ///< without weights; they are in params_
  Graph graph_;
  TrainingData data_;
  std::optional<LoaderSource> train_, val_;
  std::optional<BatchLoader> loader_;
  std::vector<ClassBalance> balance_;
  torch::Tensor class_weights_;  ///< [K]; undefined: all classes weigh alike
  TorchParams params_;
  std::optional<WeightAverage> average_;
  std::vector<EpochRecord> records_;
  Checkpoint at_;  ///< where the run stands; holds tensors only just after a resume
  TrainResult result_;
};

}  // namespace

TrainResult train(const Source& source, Config config, const fs::path& folder, bool resume,
                  const TrainObserver& observer) {
  const RunFiles files{folder};
  if (resume) {
    require(fs::exists(files.config()), ErrorKind::Usage,
            fmt::format("[resume] {} holds no run", folder.string()), "leave out --resume to begin one");
    config = Config{};
    apply_toml(config, read_text(files.config(), 1 << 20), files.config().string());
  } else {
    require(!fs::exists(files.config()), ErrorKind::Usage,
            fmt::format("[train] {} already holds a run", folder.string()),
            "--resume to go on with it, or another --out");
    require(!config.stages.empty(), ErrorKind::Usage, "[train] the configuration has no stage",
            "add [[stages]] to the recipe");
    prepare_output_folder(folder);
  }
  return Training(source, std::move(config), folder, observer).run(resume);
}

}  // namespace giemsa
