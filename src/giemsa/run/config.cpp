#include "giemsa/run/config.h"

#include <fmt/format.h>

#include "giemsa/balance/class_weights.h"
#include "giemsa/balance/sampling.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/models/head.h"
#include "giemsa/run/epoch_record.h"
#include "giemsa/run/recipes.h"

namespace giemsa {

void describe(OptionVisitor& visit, DataOptions& o) {
  visit.field(
      "split", o.split,
      {.doc = "A split.csv (path,label,split) to use; empty: the source's own split, or a seeded one."});
  visit.field("ratios", o.ratios, {.doc = "Shares of train/val/test of a seeded split."});
  visit.field(
      "groups", o.groups,
      {.doc = "A CSV file (record,group) of pictures that must not be in different parts, such as the "
              "duplicates.csv of an inspection; empty: only those of one subject are kept together."});
  visit.field("crop_px", o.crop_px,
              {.doc = "Side of the centre square that is kept of a picture; 0: the largest that fits.",
               .unit = "px",
               .min = 0,
               .max = 8192});
  visit.field("input_px", o.input_px,
              {.doc = "Side of the network's input.", .unit = "px", .min = 4, .max = 4096});
  visit.field(
      "standardise", o.standardise,
      {.doc = "Bring each picture's clear ground to a reference colour, in training and, as the model "
              "remembers, in prediction: for pictures of several microscopes and stains."});
  visit.field("cache", o.cache,
              {.doc = "Where decoded crops are kept: in memory, or in a mapped file of the run folder.",
               .choices = {"memory", "file"}});
}

void describe(OptionVisitor& visit, HeadOptions& o) {
  visit.field(
      "kind", o.kind,
      {.doc = "Layers between the features and the answer: the network's own, one dense layer, or those of "
              "a report.",
       .choices = {head_kinds().begin(), head_kinds().end()}});
  visit.field("units", o.units,
              {.doc = "Units of the first dense layer (axon, dl_bois); axon's second has half as many.",
               .min = 1,
               .max = 65536});
  visit.field("reduction", o.reduction,
              {.doc = "The squeeze-and-excitation block narrows the channels by this (axon).",
               .min = 1,
               .max = 4096});
  visit.field("slope", o.slope, {.doc = "Of the leaky ReLUs below 0 (axon).", .min = 0, .max = 1});
  visit.field("l2", o.l2,
              {.doc = "L2 penalty on the kernels of the dense layers (dl_bois).", .min = 0, .max = 1});
}

void describe(OptionVisitor& visit, NetworkOptions& o) {
  visit.field("name", o.name, {.doc = "The network; `giemsa models` lists them."});
  visit.field(
      "weights", o.weights,
      {.doc =
           "A weight file to start from (safetensors, .pth, .h5), or a fetched one by its name; empty: fresh "
           "weights."});
  visit.field("dropout", o.dropout, {.doc = "Dropout before the last dense layer.", .min = 0, .max = 0.99});
  visit.field("drop_path", o.drop_path,
              {.doc = "Stochastic depth at the deepest block of a residual network.", .min = 0, .max = 0.99});
  visit.group("head", o.head);
}

void describe(OptionVisitor& visit, DistillOptions& o) {
  visit.field(
      "teacher", o.teacher,
      {.doc = "A model folder, a run folder or an ensemble whose answers for the same views are learned "
              "beside the labels (knowledge distillation); empty: none."});
  visit.field("weight", o.weight,
              {.doc = "Share of the teacher's answers in what is learned; the rest are the labels.",
               .min = 0,
               .max = 1});
}

void describe(OptionVisitor& visit, TrainOptions& o) {
  visit.field("seed", o.seed, {.doc = "Names every random stream of the run.", .min = 0});
  visit.field("batch", o.batch, {.doc = "Pictures per step, of each process.", .min = 2, .max = 65536});
  visit.field("threads", o.threads,
              {.doc = "Threads that compute; 0: one per processor.", .min = 0, .max = 1024});
  visit.field(
      "loader_threads", o.loader_threads,
      {.doc = "Threads that prepare batches ahead; 0: the computing threads do it between steps, which is "
              "faster on few processors.",
       .min = 0,
       .max = 256});
  visit.field(
      "sampling", o.sampling,
      {.doc =
           "How often an epoch draws a class: natural, as it occurs; balanced, all in turn, in an epoch of "
           "the same length; oversample, repeated up to the largest class, in a longer epoch.",
       .choices = {sampling_names().begin(), sampling_names().end()}});
  visit.field("class_weights", o.class_weights,
              {.doc = "Weight of a picture of class k, of n_k of n in K classes, in the training loss: none; "
                      "balanced, n / (K n_k); sqrt, its root; effective, (1 - beta) / (1 - beta^n_k).",
               .choices = {class_weight_names().begin(), class_weight_names().end()}});
  visit.field("effective_beta", o.effective_beta,
              {.doc = "The beta of effective class weights: 0 weighs all alike, towards 1 as balanced.",
               .min = 0,
               .max = 0.999999999});
  visit.field("ema_decay", o.ema_decay,
              {.doc = "Decay per step of the moving average of the weights, which is what is kept; 0: off.",
               .min = 0,
               .max = 0.99999});
  visit.field("patience", o.patience,
              {.doc = "End a stage after this many epochs without a better validation figure; 0: never.",
               .unit = "epochs",
               .min = 0});
  visit.field("select", o.select,
              {.doc = "The validation figure by which the best epoch is kept and patience is measured.",
               .choices = {selection_metrics().begin(), selection_metrics().end()}});
  visit.field("device", o.device,
              {.doc = "Where the network is trained: cpu, or cuda where LibTorch has it.",
               .choices = {"cpu", "cuda"}});
  visit.field(
      "precision", o.precision,
      {.doc = "Of the network's products: float32, or bfloat16 with float32 weights, which is faster on "
              "CUDA.",
       .choices = {"float32", "bfloat16"}});
  visit.field("feature_cache_mb", o.feature_cache_mb,
              {.doc = "Memory for the values of a frozen trunk, which are then computed once per view; 0: "
                      "compute them in every epoch.",
               .unit = "MB",
               .min = 0});
  visit.field("sync_batch_norm", o.sync_batch_norm,
              {.doc = "Several processes: batch norms take the statistics of the whole batch, not of each "
                      "process's part."});
  visit.field("peer_timeout_seconds", o.peer_timeout_seconds,
              {.doc = "Several processes: a process that is silent for longer ends the run.",
               .unit = "s",
               .min = 1,
               .max = 86400});
}

void describe(OptionVisitor& visit, StageOptions& o) {
  visit.field("name", o.name, {.doc = "What the log calls it."});
  visit.field(
      "freeze", o.freeze,
      {.doc = "What is not trained: none, backbone, or rules such as \"first 150, only conv+depthwise\" "
              "(docs/freezing.md). Frozen batch norms keep their statistics too."});
  visit.field("epochs", o.epochs, {.doc = "Passes over the training part.", .min = 1, .max = 100000});
  visit.field("lr", o.lr, {.doc = "Highest learning rate.", .min = 0, .max = 10});
  visit.field("input_px", o.input_px,
              {.doc = "Side of the network's input while this stage trains; 0: data.input_px. Small pictures "
                      "first, then larger ones (progressive resizing) take less time. Validation, and the "
                      "model that is kept, always have data.input_px.",
               .unit = "px",
               .min = 0,
               .max = 4096});
  visit.field("accumulate", o.accumulate,
              {.doc = "Batches whose gradients are averaged before each update.", .min = 1, .max = 65536});
  visit.field("augment", o.augment,
              {.doc = "A policy of `giemsa augment --list` for this stage; empty: what [augment] says."});
  visit.field("views", o.views,
              {.doc = "Different views of each picture, shown in turn; 0: a new one in every epoch. With a "
                      "limit, a frozen trunk runs once per view and the head trains on what is remembered.",
               .min = 0,
               .max = 100000});
  visit.field("mix", o.mix, {.doc = "Whether batches are mixed in this stage as [mix] says."});
  visit.group("optimizer", o.optimizer);
  visit.group("schedule", o.schedule);
}

void describe(OptionVisitor& visit, Config& config) {
  visit.group("data", config.data);
  visit.group("model", config.model);
  visit.group("augment", config.augment);
  visit.group("mix", config.mix);
  visit.group("loss", config.loss);
  visit.group("distill", config.distill);
  visit.group("train", config.train);
  visit.list("stages", config.stages);
}

namespace {

DescribeFunction describer(Config& config) {
  return [&config](OptionVisitor& visit) { describe(visit, config); };
}

}  // namespace

Config load_recipe(const std::string& name_or_file) {
  Config config;
  if (name_or_file.ends_with(".toml")) {
    config.recipe = {name_or_file, read_text(name_or_file, 1 << 20)};
    apply_toml(config, config.recipe.toml, config.recipe.name);
    return config;
  }
  std::vector<std::string> names;
  for (const Recipe& recipe : recipes()) {
    names.emplace_back(recipe.name);
    if (recipe.name != name_or_file) continue;
    config.recipe = {fmt::format("recipe '{}'", name_or_file), std::string(recipe.toml)};
    apply_toml(config, config.recipe.toml, config.recipe.name);
    return config;
  }
  throw Error(ErrorKind::Usage, fmt::format("[recipe] there is no recipe '{}'", name_or_file),
              suggest(name_or_file, names) + "; or a file ending in .toml");
}

void apply_toml(Config& config, std::string_view toml, const std::string& name) {
  apply_toml(describer(config), toml, name);
}

void apply_setting(Config& config, std::string_view setting) { apply_setting(describer(config), setting); }

std::string place_of(const Config& config, const std::string& key) {
  const std::optional<int> line = toml_line(config.recipe.toml, key);
  return line ? fmt::format("{}, line {}: {}", config.recipe.name, *line, key) : key;
}

std::string to_toml(const Config& config, bool with_docs) {
  Config copy = config;
  return to_toml(describer(copy), with_docs);
}

std::string config_markdown() {
  Config config;
  return "# Options of a training run\n\n"
         "Made by `giemsa config --markdown`. A recipe (TOML) sets any of them; `--set key=value …` sets "
         "them on the\n"
         "command line. `giemsa config RECIPE` shows those of a recipe, `giemsa config --list` names the "
         "recipes.\n\n" +
         to_markdown(describer(config));
}

}  // namespace giemsa
