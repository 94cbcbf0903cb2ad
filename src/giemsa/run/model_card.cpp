#include "giemsa/run/model_card.h"

#include <fmt/format.h>

#include "giemsa/core/text.h"

namespace giemsa {
namespace {

std::string network_lines(const Model& model) {
  return fmt::format(
      "- Network: {}, input {} px\n- Picture: {}, then {}\n", model.network, model.preprocess.input_px,
      model.preprocess.crop_px > 0 ? fmt::format("centre square of {} px", model.preprocess.crop_px)
                                   : "largest centre square",
      model.preprocess.bgr ? "BGR" : "RGB");
}

}  // namespace

std::string model_card(const Model& model) {
  std::string text = "# Model card\n\nA classifier of blood-cell pictures, made with giemsa.\n\n";
  if (model.is_ensemble()) {
    text += fmt::format("- {}, whose probabilities are averaged:\n", model.title());
    for (const Model& member : model.members) {
      text += fmt::format("  - {}, input {} px\n", member.network, member.preprocess.input_px);
    }
  } else {
    text += network_lines(model);
  }
  if (!model.quantization.empty()) text += "- Multiplies 8-bit integers (giemsa quantize)\n";
  text += fmt::format("- Classes: {}\n", join(model.classes, ", "));
  if (model.viewing.views > 1)
    text += fmt::format("- Answers are averaged over {} symmetries of the picture\n", model.viewing.views);
  if (model.viewing.standardise) text += "- The picture's clear ground is brought to a reference colour\n";
  if (model.viewing.cut_frames)
    text += "- Whole frames of a microscope are cut to the cell in their middle\n";
  if (model.viewing.second_looks) text += "- Unusual pictures are looked at again, in a deeper stain\n";
  if (model.viewing.deepen_pale) text += "- Pictures with pale nuclei are stained more deeply\n";
  for (const auto& [key, value] : model.facts) text += fmt::format("- {}: {}\n", key, value);
  text +=
      "\n## Use and limits\n\n"
      "For research. Not a medical device: a person who can read smears decides.\n"
      "The figures above hold for pictures like those that it was trained on; another microscope, stain or "
      "way of\n"
      "cropping can change them much.\n";
  return text;
}

}  // namespace giemsa
