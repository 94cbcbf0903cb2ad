#include "giemsa/run/schedule_options.h"

namespace giemsa {

void describe(OptionVisitor& visit, OneCycleOptions& o) {
  visit.field("pct_start", o.pct_start, {.doc = "Share of the steps on the way up.", .min = 0, .max = 1});
  visit.field("div", o.div, {.doc = "The first rate is lr divided by this.", .min = 1, .max = 1e12});
  visit.field("final_div", o.final_div,
              {.doc = "The last rate is the first divided by this.", .min = 1, .max = 1e12});
}

void describe(OptionVisitor& visit, PlateauOptions& o) {
  visit.field("factor", o.factor, {.doc = "The rate is multiplied by this.", .min = 0, .max = 0.9999});
  visit.field("patience", o.patience,
              {.doc = "Epochs without a better figure that are let pass; the next one lowers the rate.",
               .unit = "epochs",
               .min = 0});
  visit.field("threshold", o.threshold,
              {.doc = "A figure is better if it is so by this share of the best.", .min = 0, .max = 0.5});
  visit.field("min_frac", o.min_frac,
              {.doc = "Share of lr below which the rate does not fall.", .min = 0, .max = 1});
}

void describe(OptionVisitor& visit, ScheduleOptions& o) {
  visit.field(
      "kind", o.kind,
      {.doc = "How the rate changes after the warm-up: constant; step and exponential, by factors; "
              "cosine, down to a share of lr; one_cycle, up and far down; plateau, by a factor when the "
              "validation loss gets no better.",
       .choices = {"constant", "step", "exponential", "cosine", "one_cycle", "plateau"}});
  visit.field("warmup_epochs", o.warmup_epochs,
              {.doc = "Linear warm-up before any of them, to its first rate.", .unit = "epochs", .min = 0});
  visit.field("final_frac", o.final_frac,
              {.doc = "Share of lr at the end of the cosine.", .min = 0, .max = 1});
  visit.field("step_epochs", o.step_epochs,
              {.doc = "step: epochs between its changes, from the warm-up on.", .unit = "epochs", .min = 1});
  visit.field("step_gamma", o.step_gamma,
              {.doc = "step: factor on the rate at each change.", .min = 0, .max = 1});
  visit.field(
      "epoch_gamma", o.epoch_gamma,
      {.doc = "exponential: factor on the rate per epoch, falling with every step.", .min = 0, .max = 1});
  visit.group("one_cycle", o.one_cycle);
  visit.group("plateau", o.plateau);
}

}  // namespace giemsa
