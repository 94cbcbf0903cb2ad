#pragma once
#include <cstdint>

#include "giemsa/run/schedule_options.h"

namespace giemsa {

/// The learning rates of one stage.
struct Schedule {
  ScheduleOptions options;
  double lr = 1e-3;  ///< the highest
  std::int64_t steps_per_epoch = 1;
  std::int64_t epochs = 1;  ///< warm-up included
};

/// The rate at step 0 … epochs · steps_per_epoch - 1 of the stage; beyond, the last one. With w warm-up
/// steps, step i < w has (i + 1) / w of the first rate; then, t steps behind the warm-up of T = all steps -
/// w:
///   constant     lr
///   step         lr · step_gamma^⌊epochs behind the warm-up / step_epochs⌋ (PyTorch's StepLR)
///   exponential  lr · epoch_gamma^(epochs behind the warm-up), falling with every step (at whole epochs
///                PyTorch's ExponentialLR)
///   cosine       from lr at t = 0 to lr · final_frac at T - 1 (Loshchilov, Hutter 2017, arXiv 1608.03983)
///   one_cycle    PyTorch's OneCycleLR over T steps with cosines and two phases (Smith, Topin 2018, arXiv
///                1708.07120); momentum is not cycled
///   plateau      lr; to be multiplied by PlateauState::frac (plateau.h)
double learning_rate(const Schedule& schedule, std::int64_t step);

}  // namespace giemsa
