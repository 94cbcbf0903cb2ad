#include "giemsa/augment/options.h"

namespace giemsa {

void describe(OptionVisitor& visit, AugmentOptions& o) {
  visit.field("flip_horizontal", o.flip_horizontal, {.doc = "Mirror left and right, every second time."});
  visit.field("flip_vertical", o.flip_vertical, {.doc = "Mirror top and bottom, every second time."});
  visit.field("rotation_deg", o.rotation_deg,
              {.doc = "Rotate by up to this angle, either way.", .unit = "deg", .min = 0, .max = 180});
  visit.field("scale", o.scale,
              {.doc = "Shrink or enlarge by up to this factor; 1 turns it off.", .min = 1, .max = 4});
  visit.field("shift_frac", o.shift_frac,
              {.doc = "Shift by up to this share of the side, in each direction.", .min = 0, .max = 0.5});
  visit.field("brightness", o.brightness,
              {.doc = "Multiply all values by 1 ± up to this.", .min = 0, .max = 1});
  visit.field("contrast", o.contrast,
              {.doc = "Stretch values about the mean grey by 1 ± up to this.", .min = 0, .max = 1});
  visit.field("saturation", o.saturation,
              {.doc = "Stretch colours about their grey by 1 ± up to this.", .min = 0, .max = 1});
  visit.field(
      "hue_deg", o.hue_deg,
      {.doc = "Turn colours about the grey axis by up to this angle.", .unit = "deg", .min = 0, .max = 180});
}

}  // namespace giemsa
