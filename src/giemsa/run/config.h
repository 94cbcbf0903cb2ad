#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/augment/mixing.h"
#include "giemsa/augment/options.h"
#include "giemsa/core/options.h"
#include "giemsa/models/options.h"
#include "giemsa/run/loss_options.h"
#include "giemsa/run/optimizer_options.h"
#include "giemsa/run/schedule_options.h"

namespace giemsa {

// Every option of a training run, with its default. describe() in config.cpp says what each means;
// docs/config.md is made from it.

struct DataOptions {
  std::string split;
  std::string ratios = "81/9/10";
  std::string groups;
  std::int64_t crop_px = 0;
  std::int64_t input_px = 96;
  bool standardise = false;
  std::string cache = "memory";
};

struct NetworkOptions {
  std::string name = "mobilenet_v2";
  std::string weights;
  double dropout = 0.2;
  double drop_path = 0;
  HeadOptions head = {};
};

/// A trained model whose answers are learned beside the labels.
struct DistillOptions {
  std::string teacher;
  double weight = 0.5;
};

struct TrainOptions {
  std::int64_t seed = 1;
  std::int64_t batch = 64;
  std::int64_t threads = 0;
  std::int64_t loader_threads = 0;
  std::string sampling = "natural";
  std::string class_weights = "none";
  double effective_beta = 0.999;
  double ema_decay = 0.998;
  std::int64_t patience = 0;
  std::string select = "accuracy";
  std::string device = "cpu";
  std::string precision = "float32";
  std::int64_t feature_cache_mb = 2048;
  bool sync_batch_norm = true;
  std::int64_t peer_timeout_seconds = 60;
};

/// One stage of training: what is trained, for how long, how fast, on what.
struct StageOptions {
  std::string name = "all";
  std::string freeze = "none";
  std::int64_t epochs = 8;
  double lr = 1e-3;
  std::int64_t input_px = 0;
  std::int64_t accumulate = 1;
  std::string augment = {};
  std::int64_t views = 0;
  bool mix = true;
  OptimizerOptions optimizer = {};
  ScheduleOptions schedule = {};
};

/// The text that a configuration was read from, so that an error can name the line.
struct RecipeText {
  std::string name, toml;
};

struct Config {
  DataOptions data;
  NetworkOptions model;
  AugmentOptions augment;
  MixOptions mix;
  LossOptions loss;
  DistillOptions distill;
  TrainOptions train;
  std::vector<StageOptions> stages = {StageOptions{}};
  RecipeText recipe = {};  ///< not an option
};

void describe(OptionVisitor& visit, DataOptions& options);
void describe(OptionVisitor& visit, HeadOptions& options);
void describe(OptionVisitor& visit, NetworkOptions& options);
void describe(OptionVisitor& visit, DistillOptions& options);
void describe(OptionVisitor& visit, TrainOptions& options);
void describe(OptionVisitor& visit, StageOptions& options);
void describe(OptionVisitor& visit, Config& config);

/// The configuration of a recipe: a file ending in .toml, or a name of recipes(). Throws Usage.
Config load_recipe(const std::string& name_or_file);
/// Applies TOML text (a saved config.toml) over `config`; `name` stands in errors.
void apply_toml(Config& config, std::string_view toml, const std::string& name);
/// Applies "key=value".
void apply_setting(Config& config, std::string_view setting);
/// "recipe 'axon', line 12: stages.1.freeze": where an option was set, for errors that only the network or
/// the data reveal. The key alone where the recipe does not set it.
std::string place_of(const Config& config, const std::string& key);
std::string to_toml(const Config& config, bool with_docs);
/// docs/config.md: every option.
std::string config_markdown();

}  // namespace giemsa
