#pragma once
#include "giemsa/core/options.h"

namespace giemsa {

/// How much a training picture may change. Zero (or false) turns a part off.
struct AugmentOptions {
  bool flip_horizontal = true;
  bool flip_vertical = true;
  double rotation_deg = 180;
  double scale = 1.15;
  double shift_frac = 0.05;
  double brightness = 0.15;
  double contrast = 0.15;
  double saturation = 0.15;
  double hue_deg = 6;
};

void describe(OptionVisitor& visit, AugmentOptions& options);

}  // namespace giemsa
