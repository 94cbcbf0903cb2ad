#include "giemsa/train/setup.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>

#include "giemsa/augment/policies.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/hash.h"
#include "giemsa/core/parallel.h"
#include "giemsa/data/measuring_only.h"
#include "giemsa/graph/freeze.h"
#include "giemsa/models/registry.h"
#include "giemsa/run/preprocess_of.h"
#include "giemsa/train/blas_check.h"
#include "giemsa/weights/catalogue.h"
#include "giemsa/weights/import.h"

namespace giemsa {

namespace {

/// Calls check(); what it throws of kind Usage says where the option stands.
void at_key(const Config& config, const std::string& key, const std::function<void()>& check) {
  try {
    check();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Usage) throw;
    throw Error(ErrorKind::Usage, fmt::format("[config] {}: {}", place_of(config, key), error.message()),
                error.hint());
  }
}

/// The network that the configuration names, for these classes; without weights.
Model describe_model(const Config& config, const std::vector<std::string>& classes) {
  at_key(config, "model.name", [&] { find_model(config.model.name); });
  Model model;
  model.network = config.model.name;
  model.options = {static_cast<std::int64_t>(classes.size()), config.data.input_px, config.model.dropout,
                   config.model.drop_path, config.model.head};
  model.preprocess = preprocess_of(config);
  model.classes = classes;
  model.viewing.standardise = config.data.standardise;
  return model;
}

at::Device device_of(const std::string& name, int local_rank) {
  if (name == "cpu") return at::kCPU;
  require(torch::cuda::is_available(), ErrorKind::Usage,
          "[train] train.device=cuda, but this LibTorch finds no CUDA device",
          "--set train.device=cpu, or build with a LibTorch for CUDA");
  return {at::kCUDA, static_cast<at::DeviceIndex>(local_rank % torch::cuda::device_count())};
}

/// The augmentation of a stage: its own policy's, or the run's.
AugmentOptions augmentation(const Config& config, const StageOptions& stage) {
  AugmentOptions augment = stage.augment.empty() ? config.augment : find_policy(stage.augment);
  if (config.data.standardise) augment[OperationId::Standardise] = {.probability = 1, .from = 1, .to = 1};
  return augment;
}

bool is_consistent(const Config& config, const AugmentOptions& augment) {
  return augment.scheme == "augmix" && config.loss.consistency > 0;
}

/// Whether the networks for two sizes of pictures have the same parameters: not where a dense layer reads a
/// whole map.
bool same_parameters(const Graph& a, const Graph& b) {
  return std::ranges::equal(a.params, b.params, [](const Param& p, const Param& q) {
    return p.name == q.name && p.shape == q.shape && p.node == q.node;
  });
}

/// All that can be known to be wrong with a stage before the first step.
void check_stage(const Config& config, std::size_t number, const Graph& graph) {
  const StageOptions& stage = config.stages[number];
  const auto key = [&](const char* name) { return fmt::format("stages.{}.{}", number, name); };
  at_key(config, key("freeze"), [&] { frozen_nodes(graph, stage.freeze); });
  AugmentOptions augment;
  at_key(config, stage.augment.empty() ? "augment" : key("augment"), [&] {
    augment = augmentation(config, stage);
    check(augment);
  });
  require(stage.schedule.warmup_epochs <= static_cast<double>(stage.epochs), ErrorKind::Usage,
          fmt::format("[config] {}: a warm-up of {:g} epochs in a stage of {} never reaches its rate",
                      place_of(config, key("schedule.warmup_epochs")), stage.schedule.warmup_epochs,
                      stage.epochs),
          "a shorter warm-up, or more epochs");
  require(!is_consistent(config, augment) || !stage.mix || config.mix.probability == 0, ErrorKind::Usage,
          fmt::format("[train] stage '{}' mixes pictures (mix.probability) of which AugMix compares views",
                      stage.name),
          "mix = false in that stage, or loss.consistency = 0");
  require(!is_consistent(config, augment) || config.distill.teacher.empty(), ErrorKind::Usage,
          fmt::format("[train] stage '{}' learns from a teacher of pictures of which AugMix compares views",
                      stage.name),
          "loss.consistency = 0, or no distill.teacher");
}

}  // namespace

TrainingSetup::TrainingSetup(const Source& source_, Config config_, const RunFiles& files_, Peers& peers_,
                             int local_rank, const TrainObserver& observer_)
    : source(source_),
      config(std::move(config_)),
      files(files_),
      peers(peers_),
      observer(observer_),
      model(describe_model(config, source.classes())),
      graph(model.graph()),
      device(device_of(config.train.device, local_rank)) {
  at::set_num_threads(config.train.threads > 0 ? static_cast<int>(config.train.threads) : processor_count());
  at::globalContext().setFlushDenormal(true);
  check_blas();
  require(!config.stages.empty(), ErrorKind::Usage, "[train] the configuration has no stage",
          "add [[stages]] to the recipe");
  for (std::size_t i = 0; i < config.stages.size(); ++i) {
    check_stage(config, i, graph);
    at_key(config, fmt::format("stages.{}.input_px", i), [&] {
      require(same_parameters(graph, graph_at(input_px(config.stages[i]))), ErrorKind::Usage,
              fmt::format("the parameters of {} depend on the size of its input", config.model.name),
              "leave input_px out of its stages");
    });
    at_key(config, "distill.teacher", [&] { teacher(config.stages[i]); });
  }
  require(!made_by_corrupt(source), ErrorKind::Usage,
          "[train] pictures that giemsa corrupt made are for measuring alone",
          "train on the pictures that they were made of");
}

void TrainingSetup::say(const std::string& line) const {
  if (observer.say && peers.is_writer()) observer.say(line);
}

Graph TrainingSetup::graph_at(std::int64_t input_px) const {
  ModelOptions options = model.options;
  options.input_px = input_px;
  return build_model(model.network, options);
}

std::optional<Teacher> TrainingSetup::teacher(const StageOptions& stage) const {
  if (config.distill.teacher.empty()) return {};
  Preprocess preprocess = model.preprocess;
  preprocess.input_px = input_px(stage);
  return Teacher(read_model(config.distill.teacher), model.classes, preprocess);
}

StateDict TrainingSetup::first_weights() const {
  const std::string& file = config.model.weights;
  if (file.empty()) return initialise(graph, seed());
  const WeightFile given = read_weight_file(weights_path(file));
  Import import = import_weights(graph, given, seed(), file);
  if (peers.is_writer()) write_atomic(files.weights_report(), import.report.text());
  say(fmt::format("{} tensors from {}; {} left over, {} new in the head (weights.txt lists them)",
                  import.report.mapped.size(), file, import.report.left_over.size(),
                  import.report.missing.size()));
  return std::move(import.weights);
}

void TrainingSetup::prepare_data(bool resume) {
  const std::function<void(const std::string&)> tell = [this](const std::string& line) { say(line); };
  Split split = resume ? read_split(files.split(), source) : choose_split(source, config.data, seed(), tell);
  check_batch(split.members(Part::Train).size());  // before minutes of decoding
  data = prepare_training_data(source, std::move(split), config.data, model.preprocess,
                               files.crops(peers.rank()), observer.decoded);
  train.emplace(data.part(source, Part::Train));
  val.emplace(data.part(source, Part::Val));
  train->standardise = val->standardise = config.data.standardise;
  const std::size_t count = train->records.size();
  check_batch(count);
  balance = class_balance(data.classes, train->labels, config.train);
  if (config.train.class_weights != "none") {
    std::vector<float> weights;
    for (const ClassBalance& one : balance) weights.push_back(static_cast<float>(one.weight));
    class_weights = torch::tensor(weights).to(device);
  }
  hash = sha256_hex(
      fmt::format("{}{}{}", to_toml(config, false), split_hash(data.split, source), peers.count()));
  const std::size_t unlisted = source.findings().size(), broken = data.findings.size() - unlisted;
  if (unlisted > 0)
    say(fmt::format("{} entries of the data set cannot be used (findings.csv lists them)", unlisted));
  if (broken > 0) say(fmt::format("{} broken pictures are left out (findings.csv lists them)", broken));
  say(fmt::format("{} pictures to train on, {} to validate, {} classes", count, val->records.size(),
                  data.classes.size()));
  for (const std::string& line : class_balance_lines(balance)) say(line);
}

void TrainingSetup::check_batch(std::size_t pictures) const {
  const std::int64_t batch = config.train.batch * peers.count();
  require(batch <= static_cast<std::int64_t>(pictures), ErrorKind::Usage,
          fmt::format("[config] {}: a batch of {} is larger than the training part of {} pictures",
                      place_of(config, "train.batch"), batch, pictures),
          fmt::format("--set train.batch={}", pictures / static_cast<std::size_t>(peers.count())));
}

LoaderOptions TrainingSetup::loader_options(const StageOptions& stage, std::int64_t first_epoch) const {
  const AugmentOptions augment = augmentation(config, stage);
  return {.classes = classes(),
          .batch = config.train.batch,
          .seed = seed(),
          .sampling = config.train.sampling,
          .augment = augment,
          .mix = stage.mix ? config.mix : MixOptions{},
          .label_smoothing = config.loss.label_smoothing,
          .consistency_views = is_consistent(config, augment) ? 3 : 1,
          .first_epoch = first_epoch,
          .views = stage.views,
          .rank = peers.rank(),
          .peers = peers.count()};
}

}  // namespace giemsa
