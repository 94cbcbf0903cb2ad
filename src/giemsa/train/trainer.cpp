#include "giemsa/train/trainer.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/train/checkpoint.h"
#include "giemsa/train/run_output.h"
#include "giemsa/train/setup.h"
#include "giemsa/train/stage.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

/// One training, stage by stage and epoch by epoch.
class Training {
 public:
  Training(TrainingSetup& setup, std::int64_t stop_after)
      : setup_(setup), stages_(setup.config.stages), stop_after_(stop_after) {}

  TrainResult run(bool resume) {
    std::optional<Checkpoint> saved;
    if (resume && fs::exists(setup_.files.checkpoint())) saved = read_checkpoint(setup_.files.checkpoint());
    params_ = to_torch(setup_.graph, saved ? std::move(saved->params) : setup_.first_weights());
    setup_.prepare_data(resume);
    setup_.peers.same("the configuration, the data set, its split and the checkpoint",
                      fmt::format("{} {}", setup_.hash, saved ? saved->epoch : 0));
    at_.config_hash = setup_.hash;
    if (saved) {
      restore(std::move(*saved));
    } else {
      average_.emplace(params_);
      if (!resume && setup_.peers.is_writer()) describe_run(setup_);
    }
    move_to_device();
    while (at_.stage < static_cast<std::int64_t>(stages_.size()) && !stops_here()) {
      if (run_stage()) ++at_.stage;
    }
    return result_;
  }

 private:
  bool stops_here() const { return stop_after_ > 0 && at_.epoch >= stop_after_; }

  void move_to_device() {
    setup_.peers.broadcast(params_);
    setup_.peers.broadcast(average_->values());
    if (setup_.device.is_cpu()) return;
    for (TorchParams* params : {&params_, &average_->values()}) {
      for (torch::Tensor& param : *params) param = param.to(setup_.device);
    }
  }

  /// Takes up the state of a checkpoint.
  void restore(Checkpoint saved) {
    require(saved.config_hash == at_.config_hash, ErrorKind::Data,
            fmt::format("[resume] the pictures or the configuration are not those that {} began with",
                        setup_.files.folder.string()),
            "give the same DATA, or train into a new folder");
    average_.emplace(to_torch(setup_.graph, std::move(saved.average)));
    records_ = read_metrics(setup_.files.metrics());
    require(records_.size() >= static_cast<std::size_t>(saved.epoch), ErrorKind::Data,
            fmt::format("[resume] {} has {} epochs, the checkpoint {}", setup_.files.metrics().string(),
                        records_.size(), saved.epoch));
    records_.resize(saved.epoch);
    for (const EpochRecord& record : records_) {
      if (record.best) result_ = {record.epoch, record.val_accuracy, record.val_loss};
    }
    setup_.say(fmt::format("resumed after epoch {}", saved.epoch));
    at_ = std::move(saved);
  }

  /// Returns whether the stage is over.
  bool run_stage() {
    const StageOptions& options = stages_[at_.stage];
    if (options.freeze == "backbone" && setup_.config.model.weights.empty() && at_.epoch == 0) {
      setup_.say(fmt::format(
          "stage '{}' trains a head on a frozen backbone of fresh weights, which teaches little; give "
          "--weights FILE, or take --recipe quickstart",
          options.name));
    }
    if (at_.epoch_in_stage >= options.epochs || patience_is_over()) return end_stage(options);
    Stage stage(setup_, options, params_, at_.epoch - at_.epoch_in_stage + 1);
    if (at_.epoch_in_stage > 0) restore_optimizer(stage.optimizer());
    at_.params.clear();
    at_.average.clear();
    at_.optimizer.clear();
    while (at_.epoch_in_stage < options.epochs) {
      if (patience_is_over()) break;
      if (stops_here()) return false;
      run_epoch(stage, options);
    }
    return end_stage(options);
  }

  bool end_stage(const StageOptions& options) {
    if (at_.epoch_in_stage < options.epochs) {
      setup_.say(fmt::format("stage '{}' ends early: no better epoch in {}", options.name,
                             setup_.config.train.patience));
    }
    at_.epoch_in_stage = at_.stage_best_epoch = 0;
    at_.plateau = {};
    return true;
  }

  /// Of a run that was resumed within the stage.
  void restore_optimizer(Optimizer& optimizer) {
    for (Optimizer::State& state : optimizer.state()) {
      const auto saved = at_.optimizer.find(state.name);
      if (saved != at_.optimizer.end()) copy_named(setup_.graph, saved->second, state.tensors);
    }
    optimizer.set_steps(at_.optimizer_steps);
  }

  bool patience_is_over() const {
    const std::int64_t patience = setup_.config.train.patience;
    return patience > 0 && at_.epoch_in_stage - at_.stage_best_epoch >= patience;
  }

  void run_epoch(Stage& stage, const StageOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t epoch = at_.epoch + 1;
    const EpochOutcome trained =
        stage.train(epoch, averages() ? &*average_ : nullptr, at_.average_steps, at_.plateau);
    agree_on_statistics();
    const ValidationFigures validated = stage.validate(kept());
    require(std::isfinite(validated.loss),
            ErrorKind::Data,  // the epoch's last step may have been one too far
            fmt::format("[train] the validation loss became {} in epoch {}", validated.loss, epoch),
            fmt::format("a lower learning rate than {:g}; the checkpoint of the epoch before is kept",
                        options.lr));
    EpochRecord record{.epoch = epoch,
                       .stage = options.name,
                       .lr = trained.last_rate,
                       .train_loss = trained.figures.loss,
                       .train_accuracy = trained.figures.accuracy,
                       .val_loss = validated.loss,
                       .val_accuracy = validated.accuracy,
                       .val_balanced_accuracy = validated.balanced_accuracy,
                       .val_macro_f1 = validated.macro_f1,
                       .val_auc = validated.auc,
                       .images_per_second = trained.images_per_second};
    record.best = note_figure(record);
    if (options.schedule.kind == "plateau")
      at_.plateau = after_epoch(at_.plateau, options.schedule.plateau, validated.loss, false);
    if (record.best) result_ = {epoch, validated.accuracy, validated.loss};
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    records_.push_back(record);
    if (setup_.peers.is_writer()) {
      if (record.best) save_model(setup_, kept(), record);
      write_metrics(setup_.files.metrics(), records_);
      save_checkpoint(stage.optimizer());
      if (setup_.observer.epoch_ended) setup_.observer.epoch_ended(record);
    }
  }

  /// Peers whose batch norms saw different pictures take the mean of their running statistics.
  void agree_on_statistics() {
    if (setup_.peers.alone()) return;
    TorchParams statistics;
    for (std::size_t i = 0; i < params_.size(); ++i) {
      if (!is_statistic(setup_.graph.params[i].kind)) continue;
      statistics.push_back(params_[i]);
      statistics.push_back(average_->values()[i]);
    }
    setup_.peers.average(statistics);
  }

  /// Counts the epoch; returns whether it is the best of the run.
  bool note_figure(const EpochRecord& record) {
    double figure = selection_figure(record, setup_.config.train.select);
    if (std::isnan(figure)) figure = -std::numeric_limits<double>::max();
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

  bool averages() const { return setup_.config.train.ema_decay > 0; }
  /// The weights that are validated and kept.
  const TorchParams& kept() { return averages() ? average_->values() : params_; }

  void save_checkpoint(Optimizer& optimizer) {
    Checkpoint checkpoint = at_;
    checkpoint.params = to_state_dict(setup_.graph, params_);
    checkpoint.average = to_state_dict(setup_.graph, average_->values());
    for (const Optimizer::State& state : optimizer.state())
      checkpoint.optimizer[state.name] = to_state_dict(setup_.graph, state.tensors);
    checkpoint.optimizer_steps = optimizer.steps();
    write_checkpoint(setup_.files.checkpoint(), checkpoint);
  }

  TrainingSetup& setup_;
  const std::vector<StageOptions>& stages_;
  TorchParams params_;
  std::optional<WeightAverage> average_;
  std::vector<EpochRecord> records_;
  Checkpoint at_;  ///< where the run stands; holds tensors only just after a resume
  std::int64_t stop_after_;
  TrainResult result_;
};

}  // namespace

TrainResult train(const Source& source, Config config, const fs::path& folder, const TrainLaunch& launch,
                  const TrainObserver& observer) {
  const RunFiles files{folder};
  if (launch.resume) {
    require(fs::exists(files.config()), ErrorKind::Usage,
            fmt::format("[resume] {} holds no run", folder.string()), "leave out --resume to begin one");
    config = Config{};
    config.recipe = {files.config().string(), read_text(files.config(), 1 << 20)};
    apply_toml(config, config.recipe.toml, config.recipe.name);
  }
  Peers peers;  // met before the folder is looked at, so that a refusal ends all at once
  if (launch.peers.count > 1)
    peers = Peers(launch.peers, std::chrono::seconds(config.train.peer_timeout_seconds));
  if (config.data.cache == "file") fs::create_directories(folder);  // each process keeps its crops there
  if (!launch.resume && peers.is_writer()) {
    require(!fs::exists(files.config()), ErrorKind::Usage,
            fmt::format("[train] {} already holds a run", folder.string()),
            "--resume to go on with it, or another --out");
    prepare_output_folder(folder);
  }
  TrainingSetup setup(source, std::move(config), files, peers, launch.peers.local_rank, observer);
  return Training(setup, launch.stop_after).run(launch.resume);
}

}  // namespace giemsa
