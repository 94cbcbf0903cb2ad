#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/eval/comparison.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

/// "MODEL@SET=FOLDER" in its parts; the names are empty where they are not given.
struct Argument {
  std::string model, set;
  fs::path path;
};

Argument parse_argument(const std::string& text) {
  const std::size_t equals = text.find('=');
  std::error_code none;  // a name that no file can have is no file
  if (equals == std::string::npos || fs::exists(text, none)) return {.model = {}, .set = {}, .path = text};
  const std::string names = text.substr(0, equals);
  const std::size_t at = names.find('@');
  Argument argument{.model = names.substr(0, at), .set = {}, .path = text.substr(equals + 1)};
  if (at != std::string::npos) argument.set = names.substr(at + 1);
  require(!argument.model.empty() && (at == std::string::npos || !argument.set.empty()), ErrorKind::Usage,
          fmt::format("[compare] a name is missing in '{}'", text), "MODEL=FOLDER or MODEL@SET=FOLDER");
  return argument;
}

/// The context of an evaluation.json: what was measured, on what.
struct Context {
  std::string model, network, data, part;
};

Context read_context(const fs::path& file) {
  const auto json = nlohmann::json::parse(read_text(file), nullptr, /*allow_exceptions=*/false);
  const bool good = json.is_object() && json.contains("context") && json["context"].is_object();
  require(good, ErrorKind::Data, fmt::format("[compare] {} is no evaluation.json", file.string()),
          "measure again with giemsa evaluate");
  const auto text = [&](const char* key) {
    const auto found = json["context"].find(key);
    return found != json["context"].end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  return {.model = text("model"), .network = text("network"), .data = text("data"), .part = text("part")};
}

std::string last_name(const fs::path& path) {
  const fs::path clean = (path / "").parent_path();  // without a '/' at its end
  return clean.filename().string();
}

}  // namespace

ModelAnswers read_answers(const std::string& argument) {
  const auto [model, set, path] = parse_argument(argument);
  std::error_code none;
  const bool is_folder = fs::is_directory(path, none);
  require(!is_folder || fs::exists(path / "predictions.csv"), ErrorKind::Io,
          fmt::format("[compare] there is no predictions.csv in {}", path.string()),
          "name a folder that giemsa evaluate wrote; a trained model has to be evaluated first");
  ModelAnswers answers{.model = model,
                       .set = set,
                       .model_origin = {},
                       .set_origin = {},
                       .predictions = read_predictions(is_folder ? path / "predictions.csv" : path)};
  Context context;
  if (is_folder && fs::exists(path / "evaluation.json")) context = read_context(path / "evaluation.json");
  if (model.empty()) {
    answers.model = context.network.empty() ? last_name(is_folder ? path : path.parent_path() / path.stem())
                                            : context.network;
    answers.model_origin = context.model.empty() ? path.string() : context.model;
  }
  if (set.empty() && !context.data.empty()) {
    const bool is_part = !context.part.empty() && context.part != "all";
    answers.set =
        fmt::format("{}{}{}", last_name(context.data), is_part ? " " : "", is_part ? context.part : "");
    answers.set_origin = context.data;
  }
  if (answers.set.empty()) answers.set = "pictures";
  return answers;
}

}  // namespace giemsa
