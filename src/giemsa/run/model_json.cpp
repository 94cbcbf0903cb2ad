#include "giemsa/run/model_json.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"
#include "giemsa/formats/untrusted_json.h"
#include "giemsa/image/symmetry.h"

namespace giemsa {

using nlohmann::ordered_json;

namespace {

constexpr int kFormat = 1;
constexpr std::size_t kMaxClasses = 10'000;

ordered_json options_json(const ModelOptions& options) {
  return {{"classes", options.classes},
          {"input_px", options.input_px},
          {"dropout", options.dropout},
          {"drop_path", options.drop_path},
          {"head",
           {{"kind", options.head.kind},
            {"units", options.head.units},
            {"reduction", options.head.reduction},
            {"slope", options.head.slope},
            {"l2", options.head.l2}}}};
}

ordered_json preprocess_json(const Preprocess& preprocess) {
  return {{"crop_px", preprocess.crop_px},
          {"input_px", preprocess.input_px},
          {"mean", preprocess.mean},
          {"std", preprocess.std},
          {"bgr", preprocess.bgr}};
}

void check(bool condition, const std::string& what) {
  require(condition, ErrorKind::Model, "model.json: " + what);
}

void read_options(const ordered_json& json, ModelOptions& options) {
  json.at("classes").get_to(options.classes);
  json.at("input_px").get_to(options.input_px);
  json.at("dropout").get_to(options.dropout);
  json.at("drop_path").get_to(options.drop_path);
  const auto& head = json.at("head");
  head.at("kind").get_to(options.head.kind);
  head.at("units").get_to(options.head.units);
  head.at("reduction").get_to(options.head.reduction);
  head.at("slope").get_to(options.head.slope);
  head.at("l2").get_to(options.head.l2);
}

void read_preprocess(const ordered_json& json, Preprocess& preprocess) {
  json.at("crop_px").get_to(preprocess.crop_px);
  json.at("input_px").get_to(preprocess.input_px);
  json.at("mean").get_to(preprocess.mean);
  json.at("std").get_to(preprocess.std);
  json.at("bgr").get_to(preprocess.bgr);
}

void read_viewing(const ordered_json& json, Viewing& viewing) {
  json.at("views").get_to(viewing.views);
  json.at("standardise").get_to(viewing.standardise);
  if (json.contains("cut_frames")) json.at("cut_frames").get_to(viewing.cut_frames);
  if (json.contains("second_looks")) json.at("second_looks").get_to(viewing.second_looks);
  if (json.contains("deepen_pale")) json.at("deepen_pale").get_to(viewing.deepen_pale);
  check(viewing.views == 1 || viewing.views == kSymmetryCount,
        fmt::format("{} views; expected 1 or {}", viewing.views, kSymmetryCount));
}

ordered_json quantization_json(const Quantization& quantization) {
  return {{"pictures", quantization.pictures}, {"ranges", quantization.ranges}, {"kept", quantization.kept}};
}

void read_quantization(const ordered_json& json, Quantization& quantization) {
  json.at("pictures").get_to(quantization.pictures);
  quantization.ranges = json.at("ranges").get<std::map<std::string, float>>();
  quantization.kept = json.at("kept").get<std::set<std::string>>();
  for (const auto& [name, range] : quantization.ranges)
    check(std::isfinite(range) && range >= 0, fmt::format("the range of '{}' must be a size", name));
}

void check_network(const Model& model) {
  check(static_cast<std::size_t>(model.options.classes) == model.classes.size(),
        fmt::format("{} class names for {} classes", model.classes.size(), model.options.classes));
  check(model.preprocess.input_px == model.options.input_px && model.preprocess.crop_px >= 0,
        "the sizes of preprocessing and network differ");
  for (const float m : model.preprocess.mean) check(std::isfinite(m), "mean must be finite");
  for (const float s : model.preprocess.std) check(std::isfinite(s) && s > 0, "std must be positive");
}

}  // namespace

std::string model_json(const Model& model) {
  ordered_json json{{"format", kFormat}};
  if (model.is_ensemble()) {
    json["members"] = model.members.size();
  } else {
    json["network"] = model.network;
    json["options"] = options_json(model.options);
    json["preprocess"] = preprocess_json(model.preprocess);
    if (!model.quantization.empty()) json["quantization"] = quantization_json(model.quantization);
  }
  json["classes"] = model.classes;
  json["viewing"] = {{"views", model.viewing.views},
                     {"standardise", model.viewing.standardise},
                     {"cut_frames", model.viewing.cut_frames},
                     {"second_looks", model.viewing.second_looks},
                     {"deepen_pale", model.viewing.deepen_pale}};
  json["facts"] = ordered_json::object();
  for (const auto& [key, value] : model.facts) json["facts"][key] = value;
  return json.dump(2) + "\n";
}

Model parse_model_json(std::string_view text) {
  const ordered_json json = parse_untrusted_json(text, "model.json");
  require(json.is_object(), ErrorKind::Model, "model.json is not a JSON object");
  Model model;
  try {
    check(json.at("format") == kFormat,
          fmt::format("format {}; this giemsa reads format {}", json.at("format").dump(), kFormat));
    if (json.contains("members")) {
      const auto count = json.at("members").get<std::int64_t>();
      check(count >= 2 && count <= kMaxMembers,
            fmt::format("{} members; expected 2 to {}", count, kMaxMembers));
      model.members.resize(static_cast<std::size_t>(count));
    } else {
      json.at("network").get_to(model.network);
      read_options(json.at("options"), model.options);
      read_preprocess(json.at("preprocess"), model.preprocess);
      if (json.contains("quantization")) read_quantization(json.at("quantization"), model.quantization);
    }
    json.at("classes").get_to(model.classes);
    check(model.classes.size() >= 2 && model.classes.size() <= kMaxClasses,
          fmt::format("{} class names; expected 2 to {}", model.classes.size(), kMaxClasses));
    if (!model.is_ensemble()) check_network(model);
    if (json.contains("viewing")) read_viewing(json.at("viewing"), model.viewing);
    check(json.at("facts").is_object(), "facts is not an object");
    for (const auto& [key, value] : json.at("facts").items()) {
      model.facts.emplace_back(key, value.get<std::string>());
    }
  } catch (const nlohmann::json::exception& error) {
    check(false, error.what());
  }
  return model;
}

}  // namespace giemsa
