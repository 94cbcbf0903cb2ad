#include "giemsa/train/stage.h"

#include <fmt/format.h>

#include <algorithm>

#include "giemsa/graph/frozen_prefix.h"
#include "giemsa/run/peer_shard.h"
#include "giemsa/train/batch_loader.h"
#include "giemsa/train/freeze.h"

namespace giemsa {

namespace {

LoaderSource cut(const LoaderSource& part, const Shard& shard) {
  const auto run = [&](const auto& all) {
    return std::vector(all.begin() + shard.begin, all.begin() + shard.end);
  };
  return {part.crops, run(part.records), run(part.labels), part.preprocess, part.standardise};
}

Shard share_of(const LoaderSource& part, const Peers& peers) {
  return shard(0, static_cast<std::int64_t>(part.records.size()), peers.rank(), peers.count());
}

/// The part in pictures of another size.
LoaderSource sized(LoaderSource part, std::int64_t input_px) {
  part.preprocess.input_px = input_px;
  return part;
}

}  // namespace

Stage::Stage(TrainingSetup& setup, const StageOptions& options, TorchParams& params, std::int64_t first_epoch)
    : setup_(setup),
      options_(options),
      graph_(setup.graph_at(setup.input_px(options))),
      train_(sized(*setup.train, setup.input_px(options))),
      params_(params),
      first_epoch_(first_epoch),
      over_peers_([&setup](std::span<double> values) { setup.peers.sum(values); }),
      mode_{.training = true, .frozen_nodes = apply_freeze(setup.graph, params, options.freeze)},
      teacher_(setup.teacher(options)),
      loader_options_(setup.loader_options(options, first_epoch)),
      val_(cut(*setup.val, share_of(*setup.val, setup.peers))),
      optimizer_(setup.graph, params, options.optimizer) {
  if (!setup.peers.alone() && setup.config.train.sync_batch_norm) {
    if (setup.device.is_cpu() && setup.config.train.precision == "float32")
      mode_.over_peers = &over_peers_;
    else
      setup.say(
          "batch norms take each process's own statistics: they are synchronised on the processor, in "
          "float32, alone");
  }
  if (teacher_) {
    loader_options_.teacher = &*teacher_;
    loader_options_.teacher_weight = setup.config.distill.weight;
  }
  const NodeId prefix = frozen_prefix(graph_, mode_.frozen_nodes);
  if (remembers(prefix)) {
    trunk_.emplace(graph_, params, prefix);
    mode_.from = prefix;
    batches_ = std::make_unique<FeatureLoader>(train_, loader_options_, *trunk_, setup.observer.remembered);
    val_values_ = trunk_values(val_, *trunk_, setup.observer.remembered);
  } else {
    batches_ = std::make_unique<BatchLoader>(train_, loader_options_,
                                             static_cast<int>(setup.config.train.loader_threads));
  }
  schedule_ = {options.schedule, options.lr,
               updates_per_epoch(batches_->batches_per_epoch(), options.accumulate), options.epochs};
}

/// Whether the values of the frozen nodes are computed once: they come again, and they fit into memory.
bool Stage::remembers(NodeId prefix) const {
  const bool holds_parameters =
      std::ranges::any_of(setup_.graph.params, [&](const Param& param) { return param.node <= prefix; });
  if (!holds_parameters || loader_options_.views == 0) return false;
  const char* obstacle = setup_.device.is_cuda()                      ? "on CUDA"
                         : setup_.config.train.precision != "float32" ? "in bfloat16"
                         : setup_.input_px(options_) != setup_.config.data.input_px
                             ? "of pictures of another size than data.input_px"
                         : loader_options_.mix.probability > 0   ? "of pictures that are mixed"
                         : loader_options_.teacher               ? "of pictures that a teacher sees"
                         : loader_options_.consistency_views > 1 ? "of views that are compared"
                                                                 : nullptr;
  if (obstacle) {
    setup_.say(fmt::format("stage '{}': the values of the frozen layers are not remembered {}", options_.name,
                           obstacle));
    return false;
  }
  const double views = static_cast<double>(std::min(loader_options_.views, options_.epochs));
  const auto pictures = static_cast<double>(setup_.train->records.size());
  const auto drawn = static_cast<double>(
      draw_epoch(loader_options_.sampling, setup_.train->labels, setup_.seed(), 1).size());
  // A picture that is drawn several times in an epoch has a view each time; which ones are, changes.
  const double kept = loader_options_.sampling == "natural" ? pictures : drawn + 2 * pictures;
  const double values = static_cast<double>(setup_.graph.nodes[prefix].shape.size()) *
                        (views * kept + static_cast<double>(setup_.val->records.size()));
  const double megabytes = values * sizeof(float) / 1e6;
  const bool fits = megabytes <= static_cast<double>(setup_.config.train.feature_cache_mb);
  const std::string& node = setup_.graph.nodes[prefix].name;
  setup_.say(fits ? fmt::format("stage '{}': everything up to '{}' is frozen and computed once per view "
                                "({:.0f} MB)",
                                options_.name, node, megabytes)
                  : fmt::format("stage '{}': the values of '{}' need {:.0f} MB, more than "
                                "train.feature_cache_mb; they are computed in every epoch",
                                options_.name, node, megabytes));
  return fits;
}

Learner Stage::learner() {
  return {.graph = graph_,
          .params = params_,
          .mode = mode_,
          .loss = setup_.config.loss,
          .class_weights = setup_.class_weights,
          .bfloat16 = setup_.config.train.precision == "bfloat16",
          .seed = setup_.seed(),
          .rank = setup_.peers.rank()};
}

/// Averages of frozen parameters that have reached them stay: a step need not walk through them.
void Stage::note_settled(WeightAverage& average) {
  for (std::size_t i = 0; i < params_.size(); ++i) {
    const bool frozen = mode_.frozen_nodes[setup_.graph.params[i].node] != 0;
    settled_.push_back(frozen && average.values()[i].equal(params_[i]));
  }
}

EpochOutcome Stage::train(std::int64_t epoch, WeightAverage* average, std::int64_t& average_steps,
                          const PlateauState& plateau) {
  const std::int64_t first_update = (epoch - first_epoch_) * schedule_.steps_per_epoch;
  if (average && settled_.empty()) note_settled(*average);
  const Learner learner = this->learner();
  EpochWork work{
      .learner = learner,
      .optimizer = optimizer_,
      .average = average,
      .settled = settled_.empty() ? nullptr : &settled_,
      .batches = *batches_,
      .peers = setup_.peers,
      .rate =
          [&](std::int64_t update) { return plateau.frac * learning_rate(schedule_, first_update + update); },
      .ema_decay = setup_.config.train.ema_decay,
      .accumulate = options_.accumulate,
      .epoch = epoch,
      .average_steps = average_steps};
  const std::int64_t batches = batches_per_epoch();
  return train_epoch(work, [&](std::int64_t batch, const Figures& figures, double rate) {
    if (setup_.observer.stepped)
      setup_.observer.stepped(epoch, batch, batches, figures.loss, figures.accuracy, rate);
  });
}

/// Whether the trunk of these weights is the one whose values are remembered. An average may still lag behind
/// what an earlier stage taught the trunk.
bool Stage::shares_trunk(const TorchParams& params) const {
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (setup_.graph.params[i].node <= mode_.from && !params[i].equal(params_[i])) return false;
  }
  return true;
}

ValidationFigures Stage::validate(const TorchParams& params) {
  const std::vector<float> here =
      trunk_ && shares_trunk(params)
          ? validation_logits(setup_.graph, params, val_values_, mode_.from, setup_.config.train.batch)
          : validation_logits(setup_.graph, params, val_, setup_.config.train.batch);
  if (setup_.peers.alone()) return validation_figures(here, val_.labels, setup_.classes());
  // Each peer's rows at their place among zeros: the sum has all of them.
  const auto classes = static_cast<std::size_t>(setup_.classes());
  const auto first = static_cast<std::size_t>(share_of(*setup_.val, setup_.peers).begin);
  std::vector<double> all(setup_.val->records.size() * classes);
  std::ranges::copy(here, all.begin() + static_cast<std::ptrdiff_t>(first * classes));
  setup_.peers.sum(all);
  return validation_figures(std::vector<float>(all.begin(), all.end()), setup_.val->labels, setup_.classes());
}

}  // namespace giemsa
