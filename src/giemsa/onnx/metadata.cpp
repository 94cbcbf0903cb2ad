#include "giemsa/onnx/metadata.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "giemsa/core/text.h"
#include "giemsa/core/version.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

Json preprocessing_json(const Preprocess& preprocess, bool inside) {
  return {{"crop_px", preprocess.crop_px},
          {"input_px", preprocess.input_px},
          {"resize", "pixel-area averaging when shrinking, bilinear when growing"},
          {"mean", preprocess.mean},
          {"std", preprocess.std},
          {"channels", preprocess.bgr ? "BGR" : "RGB"},
          {"normalised_inside", inside}};
}

Json viewing_json(const Viewing& viewing) {
  return {{"views", viewing.views},
          {"standardise", viewing.standardise},
          {"cut_frames", viewing.cut_frames},
          {"second_looks", viewing.second_looks},
          {"deepen_pale", viewing.deepen_pale}};
}

Json calibration_json(const Calibration& calibration) {
  if (calibration.is_temperature()) return {{"temperature", 1 / calibration.scale.front()}};
  return {{"scale", calibration.scale}, {"shift", calibration.shift}};
}

std::string normalisation_words(const Preprocess& p) {
  return fmt::format("({} / 255 - mean) / std, mean {:.6g} {:.6g} {:.6g}, std {:.6g} {:.6g} {:.6g}{}", "RGB",
                     p.mean[0], p.mean[1], p.mean[2], p.std[0], p.std[1], p.std[2],
                     p.bgr ? ", then the channels in the order blue, green, red" : "");
}

std::string square_words(const Preprocess& p) {
  const std::string square = p.crop_px > 0 ? fmt::format("the centre square of {} px", p.crop_px)
                                           : std::string("the largest centre square");
  return fmt::format(
      "{0} of the picture, resized to {1} × {1} px (pixel-area averaging when shrinking, "
      "bilinear when growing)",
      square, p.input_px);
}

}  // namespace

std::vector<std::string> left_outside(const Model& model, const ExportOptions& options) {
  const Viewing& viewing = model.viewing;
  const Trust& trust = model.trust;
  std::vector<std::string> lines;
  const auto add = [&](bool when, std::string line) {
    if (when) lines.push_back(std::move(line));
  };
  add(viewing.cut_frames, "whole frames of a microscope are cut to the cell in their middle");
  add(viewing.standardise, "the picture's clear ground is brought to a reference colour");
  add(viewing.deepen_pale, "pictures with pale nuclei are stained more deeply");
  add(true, square_words(model.preprocess));
  add(!options.preprocessing, normalisation_words(model.preprocess));
  add(viewing.views > 1,
      fmt::format("answers are averaged over {} symmetries of the picture", viewing.views));
  add(viewing.second_looks, "unusual pictures are looked at again");
  add(!model.quantization.empty() && !options.int8,
      "its layers multiply 8-bit integers (--int8 writes them); the file has 32-bit floats, whose answers "
      "differ a little");
  add(trust.abstention || trust.novelty, "pictures unlike the training cells, or unsure ones, get no answer");
  add(trust.conformal.has_value(), "sets of the classes that a cell may be");
  return lines;
}

std::vector<std::pair<std::string, std::string>> onnx_metadata(const Model& model,
                                                               const ExportOptions& options) {
  std::vector<std::pair<std::string, std::string>> entries = {
      {"giemsa_version", std::string(version())},
      {"network", model.network},
      {"classes", Json(model.classes).dump()},
      {"preprocessing", preprocessing_json(model.preprocess, options.preprocessing).dump()},
      {"viewing", viewing_json(model.viewing).dump()}};
  if (options.int8) entries.emplace_back("arithmetic", "8-bit integers");
  if (model.trust.calibration) {
    entries.emplace_back("calibration", calibration_json(*model.trust.calibration).dump());
  }
  entries.emplace_back("outside", Json(left_outside(model, options)).dump());
  return entries;
}

std::string onnx_description(const Model& model, const ExportOptions& options) {
  const std::int64_t side = model.preprocess.input_px;
  std::string text = fmt::format("A classifier of blood-cell pictures, made with giemsa {}: {}.\nInput ",
                                 version(), model.network);
  text += options.preprocessing ? fmt::format("\"pixels\": [N, {0}, {0}, 3], RGB bytes", side)
                                : fmt::format("\"images\": [N, 3, {0}, {0}], normalised", side);
  text += fmt::format(".\nClasses: {}.\nWhat giemsa does besides:\n", join(model.classes, ", "));
  for (const std::string& line : left_outside(model, options)) text += fmt::format("- {}\n", line);
  return text + "For research. Not a medical device.";
}

}  // namespace giemsa
