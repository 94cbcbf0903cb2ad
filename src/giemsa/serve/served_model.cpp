#include "giemsa/serve/served_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/hash.h"
#include "giemsa/core/text.h"
#include "giemsa/explain/overlay.h"
#include "giemsa/predict/cell_kinds.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kIdDigits = 16;
/// The files of a model folder, and of its members' folders, that ModelParts::Answering reads.
constexpr std::array<std::string_view, 4> kAnswering{"model.json", "weights.safetensors", "trust.json",
                                                     "trust.safetensors"};

std::string id_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const bool answers = std::ranges::find(kAnswering, entry.path().filename().string()) != kAnswering.end();
    if (answers && entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  Sha256 hash;
  for (const fs::path& file : files) {
    hash.update(file.lexically_relative(folder).string() + "\n");
    hash.update(sha256_of_file(file));
  }
  return hash.hex().substr(0, kIdDigits);
}

std::string name_of(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder / "model.json").lexically_normal().parent_path();
  return (whole.filename() == "model.giemsa" ? whole.parent_path().filename() : whole.stem()).string();
}

}  // namespace

ServedModel::ServedModel(const fs::path& path) {
  const fs::path folder = model_folder(path);
  Model model;
  std::string before;
  do {  // again where the folder is replaced between the hash and the model
    before = id_of(folder);
    model = read_model(folder, ModelParts::Answering);
    id_ = id_of(folder);
  } while (id_ != before);
  name_ = name_of(folder);
  try {
    explainer_.emplace(model);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Usage) throw;
    not_explained_ = error.message();
    classifier_.emplace(std::move(model));
  }
}

Image ServedModel::explained(const Image& picture, const std::string& class_name) const {
  require(explainer_.has_value(), ErrorKind::Usage, not_explained_);
  ExplainOptions options;
  if (!class_name.empty()) {
    const auto& classes = classifier().classes();
    const auto found = std::ranges::find(classes, class_name);
    require(found != classes.end(), ErrorKind::Usage,
            fmt::format("[explain] the model has no class '{}'", printable(class_name)),
            suggest(class_name, classes));
    options.class_index = static_cast<int>(found - classes.begin());
  }
  return overlay(picture, explainer_->explain(picture, options));
}

Json ServedModel::description() const {
  const Model& model = classifier().model();
  Json facts = Json::object();
  for (const auto& [name, value] : model.facts) facts[name] = value;
  Json white = Json::array();
  for (const std::string& name : model.classes) {
    if (cell_kind(name) == CellKind::White) white.push_back(name);
  }
  return {{"model", {{"id", id_}, {"name", name_}, {"network", model.title()}, {"facts", std::move(facts)}}},
          {"classes", model.classes},
          {"white", std::move(white)},
          {"abstains", model.trust.abstention.has_value()},
          {"conformal", model.trust.conformal.has_value()},
          {"level", model.trust.conformal ? Json(model.trust.conformal->level) : Json(nullptr)},
          {"explains", explainer_.has_value()}};
}

}  // namespace giemsa
