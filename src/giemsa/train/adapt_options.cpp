#include "giemsa/train/adapt_options.h"

#include "giemsa/augment/policies.h"

namespace giemsa {

void describe(OptionVisitor& visit, AdaptOptions& o) {
  std::vector<std::string> policy_names;
  for (const Policy& policy : policies()) policy_names.emplace_back(policy.name);
  visit.field("per_class", o.per_class,
              {.doc = "Most pictures of each class that are learned; 0: all.", .min = 0, .max = 1e6});
  visit.field("epochs", o.epochs, {.doc = "Passes over them.", .min = 1, .max = 1e5});
  visit.field("views", o.views,
              {.doc = "Different views of each picture, shown in turn; 0: a new one in every epoch.",
               .min = 0,
               .max = 1e5});
  visit.field("batch", o.batch,
              {.doc = "Views of them per step, fewer where there are not as many.", .min = 1, .max = 65536});
  visit.field("memory_batch", o.memory_batch,
              {.doc = "Values of the memory per step.", .min = 1, .max = 65536});
  visit.field("lr", o.lr, {.doc = "Highest learning rate; it falls by a cosine.", .min = 0, .max = 10});
  visit.field("weight_decay", o.weight_decay, {.doc = "Of AdamW, on kernels.", .min = 0, .max = 10});
  visit.field("label_smoothing", o.label_smoothing,
              {.doc = "Share of the target spread over all classes.", .min = 0, .max = 0.9});
  visit.field(
      "keep", o.keep,
      {.doc = "Share of the old model's answers in what is learned of the memory; the rest are its labels.",
       .min = 0,
       .max = 1});
  visit.field("ema_decay", o.ema_decay,
              {.doc = "Decay per step of the moving average of the weights, which is what is kept; 0: off.",
               .min = 0,
               .max = 0.99999});
  visit.field(
      "blend", o.blend,
      {.doc = "Share of the way from the old weights to the new ones that is gone.", .min = 0, .max = 1});
  visit.field("augment", o.augment,
              {.doc = "The policy that draws views (giemsa augment --list).", .choices = policy_names});
  visit.field(
      "folds", o.folds,
      {.doc =
           "Parts of the pictures that are left out in turn, to tell what the new model is worth; below 2: "
           "that is not told.",
       .min = 0,
       .max = 100});
  visit.field("seed", o.seed, {.doc = "Names every random stream.", .min = 0});
}

}  // namespace giemsa
