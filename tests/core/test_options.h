#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "giemsa/core/options.h"

namespace giemsa::testing {

struct OptimizerOptions {
  std::string kind = "adamw";
  double lr = 0.001;
  std::vector<double> betas = {0.9, 0.999};
};
inline void describe(OptionVisitor& visit, OptimizerOptions& o) {
  visit.field("kind", o.kind, {.doc = "Rule that moves the weights.", .choices = {"adamw", "sgd"}});
  visit.field("lr", o.lr, {.doc = "Learning rate.", .min = 0, .max = 1});
  visit.field("betas", o.betas, {.doc = "Decay of the moments.", .min = 0, .max = 1});
}

struct StageOptions {
  std::int64_t epochs = 5;
  double lr = 0.01;
  OptimizerOptions optimizer;
};
inline void describe(OptionVisitor& visit, StageOptions& o) {
  visit.field("epochs", o.epochs, {.doc = "Length.", .unit = "epochs", .min = 1});
  visit.field("lr", o.lr, {.doc = "Peak learning rate.", .min = 0});
  visit.group("optimizer", o.optimizer);
}

struct TrainOptions {
  std::int64_t batch = 32;
  bool amp = false;
  OptimizerOptions optimizer;
};
inline void describe(OptionVisitor& visit, TrainOptions& o) {
  visit.field("batch", o.batch, {.doc = "Images per step.", .unit = "images", .min = 1, .max = 4096});
  visit.group("optimizer", o.optimizer);  // before a plain field on purpose
  visit.field("amp", o.amp, {.doc = "Mixed precision."});
}

/// One option of every type, tables in tables, lists of tables and a list that is empty by default.
struct Options {
  std::string name = "run";
  TrainOptions train;
  std::vector<StageOptions> stages = {{.epochs = 1, .lr = 0.1, .optimizer = {}}, {}};
  std::vector<StageOptions> extra;
  std::int64_t seed = 0;

  DescribeFunction describer();
};
inline void describe(OptionVisitor& visit, Options& o) {
  visit.field("name", o.name, {.doc = "Name of the run; a|b is fine."});
  visit.group("train", o.train);
  visit.list("stages", o.stages);
  visit.list("extra", o.extra);
  visit.field("seed", o.seed, {.doc = "Seed of all random streams."});
}
inline DescribeFunction Options::describer() {
  return [this](OptionVisitor& visit) { describe(visit, *this); };
}

}  // namespace giemsa::testing
