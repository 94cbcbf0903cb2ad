#include "giemsa/run/optimizer_options.h"

namespace giemsa {

Betas betas(const OptimizerOptions& o) {
  return {o.beta1 > 0 ? o.beta1 : 0.9, o.beta2 > 0 ? o.beta2 : o.kind == "lion" ? 0.99 : 0.999};
}

void describe(OptionVisitor& visit, OptimizerOptions& o) {
  visit.field(
      "kind", o.kind,
      {.doc = "How gradients become new weights. lion wants a rate 3 to 10 times lower and a weight decay "
              "3 to 10 times higher than adamw.",
       .choices = {"sgd", "adam", "adamw", "lion"}});
  visit.field("momentum", o.momentum, {.doc = "Of sgd; 0: none.", .min = 0, .max = 0.99999});
  visit.field("nesterov", o.nesterov, {.doc = "sgd looks ahead by its momentum."});
  visit.field("beta1", o.beta1,
              {.doc = "Decay of the first moment of adam, adamw and lion; 0: the optimizer's own, 0.9.",
               .min = 0,
               .max = 0.99999});
  visit.field("beta2", o.beta2,
              {.doc = "Decay of the second moment of adam and adamw, of lion's momentum; 0: the optimizer's "
                      "own, 0.999 and 0.99.",
               .min = 0,
               .max = 0.999999});
  visit.field("epsilon", o.epsilon,
              {.doc = "Added to the root of the second moment of adam and adamw.", .min = 1e-12, .max = 1});
  visit.field(
      "weight_decay", o.weight_decay,
      {.doc = "Weight decay of kernels; norms, biases and layer scales are spared. adamw and lion "
              "shrink the weights by rate × this; sgd and adam add this × weight to the gradient, as in "
              "PyTorch.",
       .min = 0,
       .max = 10});
  visit.field("l1", o.l1, {.doc = "Adds this × Σ|w| over the kernels to the loss.", .min = 0, .max = 1});
  visit.field(
      "l2", o.l2,
      {.doc = "Adds this × Σw² over the kernels to the loss; with l1 an elastic net.", .min = 0, .max = 1});
  visit.field(
      "clip_norm", o.clip_norm,
      {.doc = "Longest gradient over all trained parameters together; a longer one is shortened to it. "
              "0: off.",
       .min = 0});
  visit.field("layer_decay", o.layer_decay,
              {.doc = "Factor on the rate per block away from the head, which has the full rate; 1: off.",
               .min = 0.01,
               .max = 1});
}

}  // namespace giemsa
