#include "giemsa/run/model_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>  // renameat2
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <tuple>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/models/registry.h"

namespace giemsa {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

constexpr int kFormat = 1;
constexpr std::size_t kMaxClasses = 10'000;

std::string model_json(const Model& model) {
  ordered_json facts = ordered_json::object();
  for (const auto& [key, value] : model.facts) facts[key] = value;
  const ordered_json json = {
      {"format", kFormat},
      {"network", model.network},
      {"options",
       {{"classes", model.options.classes},
        {"input_px", model.options.input_px},
        {"dropout", model.options.dropout},
        {"drop_path", model.options.drop_path},
        {"head",
         {{"kind", model.options.head.kind},
          {"units", model.options.head.units},
          {"reduction", model.options.head.reduction},
          {"slope", model.options.head.slope},
          {"l2", model.options.head.l2}}}}},
      {"preprocess",
       {{"crop_px", model.preprocess.crop_px},
        {"input_px", model.preprocess.input_px},
        {"mean", model.preprocess.mean},
        {"std", model.preprocess.std},
        {"bgr", model.preprocess.bgr}}},
      {"classes", model.classes},
      {"facts", facts},
  };
  return json.dump(2) + "\n";
}

std::string card(const Model& model) {
  std::string text = fmt::format(
      "# Model card\n\n"
      "A classifier of blood-cell pictures, made with giemsa.\n\n"
      "- Network: {}, input {} px\n"
      "- Classes: {}\n"
      "- Picture: {}, then {}\n",
      model.network, model.preprocess.input_px, join(model.classes, ", "),
      model.preprocess.crop_px > 0 ? fmt::format("centre square of {} px", model.preprocess.crop_px)
                                   : "largest centre square",
      model.preprocess.bgr ? "BGR" : "RGB");
  for (const auto& [key, value] : model.facts) text += fmt::format("- {}: {}\n", key, value);
  text +=
      "\n## Use and limits\n\n"
      "For research. Not a medical device: a person who can read smears decides.\n"
      "The figures above hold for pictures like those that it was trained on; another microscope, stain or "
      "way of\n"
      "cropping can change them much.\n";
  return text;
}

/// Removes a folder at the end of its life: the new model where it could not be finished, the old one once
/// replaced.
struct FolderRemover {
  fs::path folder;
  ~FolderRemover() {
    std::error_code ignored;  // a destructor has nobody to tell
    fs::remove_all(folder, ignored);
  }
};

/// Puts `fresh` where `folder` is, in one step where the file system can; `fresh` then holds what was there.
void swap_in(const fs::path& fresh, const fs::path& folder) {
  if (!fs::exists(folder)) {
    fs::rename(fresh, folder);
    return;
  }
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) != 0) {
    require(errno == EINVAL || errno == ENOSYS, ErrorKind::Io,
            fmt::format("[model] cannot replace {}: {}", folder.string(), std::strerror(errno)));
    // A file system without exchange: the old model steps aside for a moment.
    const fs::path aside = folder.string() + ".old";
    fs::remove_all(aside);
    fs::rename(folder, aside);
    fs::rename(fresh, folder);
    fs::remove_all(aside);
  }
}

class ModelReader {
 public:
  explicit ModelReader(fs::path folder) : folder_(std::move(folder)) {}

  Model read() const {
    const fs::path file = folder_ / "model.json";
    const ordered_json json = ordered_json::parse(read_text(file, 16 << 20), nullptr, false);
    check(json.is_object(), "model.json is not a JSON object");
    Model model;
    try {
      check(json.at("format") == kFormat,
            fmt::format("format {}; this giemsa reads format {}", json.at("format").dump(), kFormat));
      json.at("network").get_to(model.network);
      const auto& options = json.at("options");
      options.at("classes").get_to(model.options.classes);
      options.at("input_px").get_to(model.options.input_px);
      options.at("dropout").get_to(model.options.dropout);
      options.at("drop_path").get_to(model.options.drop_path);
      const auto& head = options.at("head");
      head.at("kind").get_to(model.options.head.kind);
      head.at("units").get_to(model.options.head.units);
      head.at("reduction").get_to(model.options.head.reduction);
      head.at("slope").get_to(model.options.head.slope);
      head.at("l2").get_to(model.options.head.l2);
      const auto& preprocess = json.at("preprocess");
      preprocess.at("crop_px").get_to(model.preprocess.crop_px);
      preprocess.at("input_px").get_to(model.preprocess.input_px);
      preprocess.at("mean").get_to(model.preprocess.mean);
      preprocess.at("std").get_to(model.preprocess.std);
      preprocess.at("bgr").get_to(model.preprocess.bgr);
      json.at("classes").get_to(model.classes);
      check(json.at("facts").is_object(), "model.json: facts is not an object");
      for (const auto& [key, value] : json.at("facts").items()) {
        model.facts.emplace_back(key, value.get<std::string>());
      }
    } catch (const nlohmann::json::exception& error) {
      check(false, fmt::format("model.json: {}", error.what()));
    }
    check(model.classes.size() >= 2 && model.classes.size() <= kMaxClasses &&
              static_cast<std::size_t>(model.options.classes) == model.classes.size(),
          fmt::format("{} class names for {} classes", model.classes.size(), model.options.classes));
    check(model.preprocess.input_px == model.options.input_px && model.preprocess.crop_px >= 0,
          "the sizes of preprocessing and network differ");
    for (const float m : model.preprocess.mean) check(std::isfinite(m), "mean must be finite");
    for (const float s : model.preprocess.std) check(std::isfinite(s) && s > 0, "std must be positive");
    const fs::path weights = folder_ / "weights.safetensors";
    check(fs::exists(weights), "weights.safetensors is missing");
    model.weights = read_safetensors(weights).tensors;
    check_complete(graph_of(model), model.weights, weights.string());
    return model;
  }

 private:
  /// A network or options that giemsa does not know are a fault of the file here, not of the command line.
  Graph graph_of(const Model& model) const {
    try {
      return model.graph();
    } catch (const Error& error) {
      throw Error(ErrorKind::Model, fmt::format("[model] {}: {}", folder_.string(), error.message()));
    }
  }

  void check(bool condition, const std::string& what) const {
    require(condition, ErrorKind::Model, fmt::format("[model] {}: {}", folder_.string(), what));
  }
  fs::path folder_;
};

/// What tells one folder at a path from the next: replacing it gives another.
struct FolderIdentity {
  explicit FolderIdentity(const fs::path& folder) { exists = ::stat(folder.c_str(), &status) == 0; }
  bool operator==(const FolderIdentity& other) const {
    const auto key = [](const struct stat& s) {
      return std::tuple(s.st_dev, s.st_ino, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
    };
    return exists == other.exists && key(status) == key(other.status);
  }
  bool exists;
  struct stat status {};
};

/// Reads the folder again where write_model replaced it between its files.
Model read_unmixed(const fs::path& folder) {
  for (;;) {
    const FolderIdentity before(folder);
    try {
      Model model = ModelReader(folder).read();
      if (FolderIdentity(folder) == before) return model;
    } catch (const Error&) {
      if (FolderIdentity(folder) == before) throw;
    }
  }
}

}  // namespace

Graph Model::graph() const { return build_model(network, options); }

void write_model(const fs::path& path, const Model& model) {
  for (const std::string& name : model.classes) {
    require(is_utf8(name), ErrorKind::Data, fmt::format("[model] class name '{}' is not UTF-8", name),
            "rename the class");
  }
  const fs::path folder = path.has_filename() ? path : path.parent_path();  // "name.giemsa/" has none
  const fs::path fresh = folder.string() + ".new";
  const FolderRemover remover{fresh};
  try {
    fs::remove_all(fresh);
    prepare_output_folder(fresh);
    write_safetensors(fresh / "weights.safetensors", model.weights, {{"network", model.network}});
    write_atomic(fresh / "model.json", model_json(model));
    write_atomic(fresh / "card.md", card(model));
    swap_in(fresh, folder);
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::Io,
                fmt::format("[model] cannot write {}: {}", folder.string(), error.code().message()));
  }
}

Model read_model(const fs::path& path) {
  for (const fs::path& folder : {path, path / "model.giemsa"}) {
    if (fs::exists(folder / "model.json")) return read_unmixed(folder);
  }
  throw Error(ErrorKind::Io, fmt::format("[model] there is no model at {}", path.string()),
              "a folder that holds model.json, or a run folder of `giemsa train`");
}

}  // namespace giemsa
