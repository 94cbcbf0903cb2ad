#include "giemsa/run/loss_options.h"

namespace giemsa {

void describe(OptionVisitor& visit, LossOptions& o) {
  visit.field("kind", o.kind,
              {.doc = "focal: cross-entropy that counts pictures less the surer the right answer already is.",
               .choices = {"cross_entropy", "focal"}});
  visit.field("focal_gamma", o.focal_gamma,
              {.doc = "How much less: by (1 - probability) to this power.", .min = 0, .max = 10});
  visit.field("label_smoothing", o.label_smoothing,
              {.doc = "Share of the target spread over all classes.", .min = 0, .max = 0.9});
  visit.field("consistency", o.consistency,
              {.doc = "Weight of AugMix's consistency loss, where augment.scheme is augmix; 0: off.",
               .min = 0,
               .max = 1000});
}

}  // namespace giemsa
