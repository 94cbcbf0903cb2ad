#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/formats/untrusted_json.h"
#include "giemsa/trust/trust.h"

namespace giemsa {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

constexpr int kFormat = 1;
constexpr std::uint64_t kMostJsonBytes = 4 << 20;
/// Of what is read: beyond these no number that was fitted lies, and below them no sum overflows.
constexpr double kLargestScale = 1e6, kLargestWhite = 1e8, kLargestRestScale = 1e9;
/// A model with a damaged file cannot even be calibrated anew.
constexpr const char* kHint = "delete trust.json, and fit it anew: giemsa calibrate";

ordered_json json_of(const Calibration& calibration) {
  ordered_json json = {{"classes", calibration.scale.size()}};
  if (calibration.is_temperature()) {
    json["temperature"] = 1 / calibration.scale[0];  // for people; what is read is the scale
    json["scale"] = calibration.scale[0];
  } else {
    json["scale"] = calibration.scale;
    json["shift"] = calibration.shift;
  }
  return json;
}

ordered_json json_of(const Trust& trust) {
  ordered_json json = {
      {"format", kFormat},
      {"fitted_on",
       {{"validation_pictures", trust.validation_pictures}, {"training_pictures", trust.training_pictures}}}};
  if (trust.calibration) json["calibration"] = json_of(*trust.calibration);
  if (const auto& sets = trust.conformal)
    json["conformal"] = {{"level", sets->level}, {"pictures", sets->scores.size()}};
  if (const auto& novelty = trust.novelty) {
    json["novelty"] = {{"features", novelty->features},
                       {"axes", novelty->axes},
                       {"classes", novelty->classes},
                       {"rest_scale", novelty->rest_scale}};
  }
  if (const auto& rule = trust.abstention) {
    json["abstention"] = {{"coverage", rule->coverage}, {"least_confidence", rule->least_confidence}};
    if (std::isfinite(rule->most_novelty)) json["abstention"]["most_novelty"] = rule->most_novelty;
    if (std::isfinite(rule->usual_novelty)) json["abstention"]["usual_novelty"] = rule->usual_novelty;
  }
  return json;
}

HostTensor tensor_of(const std::vector<float>& values, std::vector<std::size_t> shape) {
  return HostTensor::make({shape.begin(), shape.end()},
                          [&](std::span<float> out) { std::ranges::copy(values, out.begin()); });
}

StateDict tensors_of(const Trust& trust) {
  StateDict tensors;
  if (const auto& sets = trust.conformal)
    tensors["conformal.scores"] = tensor_of(sets->scores, {sets->scores.size()});
  if (const auto& novelty = trust.novelty) {
    tensors["novelty.mean"] = tensor_of(novelty->mean, {novelty->features});
    tensors["novelty.axis"] = tensor_of(novelty->axis, {novelty->axes, novelty->features});
    tensors["novelty.whitening"] = tensor_of(novelty->whitening, {novelty->axes, novelty->axes});
    tensors["novelty.centres"] = tensor_of(novelty->centres, {novelty->classes, novelty->axes});
  }
  return tensors;
}

void check(bool condition, const std::string& what) {
  require(condition, ErrorKind::Model, fmt::format("[trust] {}", what), kHint);
}

/// A number of the file in [low, high].
template <class T>
T number(const ordered_json& json, const char* key, T low, T high) {
  const ordered_json& value = json.at(key);
  check(value.is_number(), fmt::format("trust.json: {} is not a number", key));
  const double asked = value.get<double>();
  check(asked >= static_cast<double>(low) && asked <= static_cast<double>(high),
        fmt::format("trust.json: {} is {}; it must lie in [{}, {}]", key, asked, low, high));
  if constexpr (std::is_integral_v<T>)
    check(value.is_number_integer(), fmt::format("trust.json: {} is not a whole number", key));
  return value.get<T>();
}

class TrustReader {
 public:
  TrustReader(const fs::path& folder, std::size_t classes)
      : classes_(classes),
        json_(parse_untrusted_json(read_text(folder / "trust.json", kMostJsonBytes), "[trust] trust.json")) {
    check(json_.is_object(), "trust.json is not a JSON object");
    check(json_.contains("format") && json_["format"] == kFormat,
          fmt::format("trust.json is not of format {}, which this giemsa reads", kFormat));
    if (json_.contains("conformal") || json_.contains("novelty")) {
      const fs::path tensors = folder / "trust.safetensors";
      check(fs::exists(tensors), "trust.safetensors is missing");
      tensors_ = read_safetensors(tensors).tensors;
    }
  }

  Trust read() const {
    Trust trust;
    const ordered_json& fitted_on = json_.at("fitted_on");
    trust.validation_pictures = number<std::int64_t>(fitted_on, "validation_pictures", 0, kMostPictures);
    trust.training_pictures = number<std::int64_t>(fitted_on, "training_pictures", 0, kMostPictures);
    if (json_.contains("calibration")) trust.calibration = calibration();
    if (json_.contains("conformal")) trust.conformal = conformal();
    if (json_.contains("novelty")) trust.novelty = novelty();
    if (json_.contains("abstention")) trust.abstention = abstention();
    return trust;
  }

 private:
  static constexpr std::int64_t kMostPictures = 1'000'000'000;

  Calibration calibration() const {
    const ordered_json& json = json_.at("calibration");
    check(number<std::int64_t>(json, "classes", 1, kMostPictures) == static_cast<std::int64_t>(classes_),
          fmt::format("trust.json is of {} classes, the model of {}", json.at("classes").dump(), classes_));
    Calibration calibration{std::vector<double>(classes_), std::vector<double>(classes_)};
    if (json.at("scale").is_number()) {
      std::ranges::fill(calibration.scale, json.at("scale").get<double>());
    } else {
      json.at("scale").get_to(calibration.scale);
      json.at("shift").get_to(calibration.shift);
    }
    check(calibration.scale.size() == classes_ && calibration.shift.size() == classes_,
          fmt::format("trust.json: {} scales and {} shifts for {} classes", calibration.scale.size(),
                      calibration.shift.size(), classes_));
    for (const double scale : calibration.scale)
      check(scale >= 1 / kLargestScale && scale <= kLargestScale,
            "trust.json: a scale is not positive or huge");
    for (const double shift : calibration.shift)
      check(std::abs(shift) <= kLargestScale, "trust.json: a shift is huge");
    return calibration;
  }

  ConformalSets conformal() const {
    const ordered_json& json = json_.at("conformal");
    const auto count = number<std::int64_t>(json, "pictures", 1, kMostPictures);
    ConformalSets sets{values("conformal.scores", {count}, 1), number<double>(json, "level", 1e-9, 1 - 1e-9)};
    check(sets.scores.front() >= 0 && std::ranges::is_sorted(sets.scores),
          "trust.safetensors: conformal.scores do not rise from 0");
    return sets;
  }

  Novelty novelty() const {
    const ordered_json& json = json_.at("novelty");
    const auto features = number<std::int64_t>(json, "features", 1, 1 << 24);
    const auto axes = number<std::int64_t>(json, "axes", 1, features);
    const auto centres = number<std::int64_t>(json, "classes", 1, static_cast<std::int64_t>(classes_));
    Novelty novelty;
    novelty.features = static_cast<std::size_t>(features);
    novelty.axes = static_cast<std::size_t>(axes);
    novelty.classes = static_cast<std::size_t>(centres);
    novelty.rest_scale = static_cast<float>(number<double>(json, "rest_scale", 0, kLargestRestScale));
    novelty.mean = values("novelty.mean", {features}, 1.01);
    novelty.axis = values("novelty.axis", {axes, features}, 1.01);
    novelty.whitening = values("novelty.whitening", {axes, axes}, kLargestWhite);
    novelty.centres = values("novelty.centres", {centres, axes}, kLargestWhite);
    return novelty;
  }

  Abstention abstention() const {
    const ordered_json& json = json_.at("abstention");
    Abstention rule;
    rule.coverage = number<double>(json, "coverage", 0, 1);
    rule.least_confidence = static_cast<float>(number<double>(json, "least_confidence", 0, 1));
    if (json.contains("most_novelty"))
      rule.most_novelty = static_cast<float>(number<double>(json, "most_novelty", 0, kLargestWhite));
    if (json.contains("usual_novelty"))
      rule.usual_novelty = static_cast<float>(number<double>(json, "usual_novelty", 0, kLargestWhite));
    return rule;
  }

  /// A tensor of this shape whose numbers lie in [-largest, largest].
  std::vector<float> values(const std::string& name, const std::vector<std::int64_t>& shape,
                            double largest) const {
    const auto at = tensors_.find(name);
    check(at != tensors_.end(), fmt::format("trust.safetensors: {} is missing", name));
    check(at->second.shape == shape, fmt::format("trust.safetensors: {} is {}; {} is needed", name,
                                                 shape_text(at->second.shape), shape_text(shape)));
    const auto tensor = at->second.values();
    check(std::ranges::all_of(tensor, [&](float x) { return std::abs(x) <= largest; }),
          fmt::format("trust.safetensors: a number of {} is not finite, or huge", name));
    return {tensor.begin(), tensor.end()};
  }

  std::size_t classes_;
  ordered_json json_;
  StateDict tensors_;
};

}  // namespace

void write_trust(const fs::path& folder, const Trust& trust) {
  if (trust.conformal || trust.novelty)
    write_safetensors(folder / "trust.safetensors", tensors_of(trust), {});
  write_atomic(folder / "trust.json", json_of(trust).dump(2) + "\n");
}

Trust read_trust(const fs::path& folder, std::size_t classes) {
  if (!fs::exists(folder / "trust.json")) return {};
  try {
    return TrustReader(folder, classes).read();
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::Model, fmt::format("[trust] trust.json: {}", error.what()), kHint);
  }
}

}  // namespace giemsa
