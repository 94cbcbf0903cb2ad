#include "giemsa/run/model_box.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <cstdlib>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/run/model_file.h"

namespace giemsa {

namespace fs = std::filesystem;
namespace {

fs::path folder_in(const fs::path& box, std::string_view name) {
  return box / fmt::format("{}.giemsa", name);
}

/// Nothing where no box has it.
fs::path find_in_boxes(std::string_view name) {
  for (const fs::path& box : model_boxes()) {
    std::error_code unreadable;  // a box that cannot be read has no model for us
    if (fs::exists(folder_in(box, name) / "model.json", unreadable)) return folder_in(box, name);
  }
  return {};
}

/// The box of the installation that this code was loaded from, a program or libgiemsa.so; nothing where that
/// cannot be told.
fs::path installed_box() {
  Dl_info info;
  link_map* loaded = nullptr;
  const auto* here = reinterpret_cast<const void*>(&installed_box);
  const bool known = ::dladdr1(here, &info, reinterpret_cast<void**>(&loaded), RTLD_DL_LINKMAP) != 0;
  const bool in_library = known && loaded && *loaded->l_name;  // programs have no name there
  std::error_code unknown;
  const fs::path file = fs::canonical(in_library ? loaded->l_name : "/proc/self/exe", unknown);
  if (unknown) return {};
  const char* models = in_library ? GIEMSA_MODELS_BY_LIBRARY : GIEMSA_MODELS_BY_PROGRAM;
  return (file.parent_path() / models).lexically_normal();
}

}  // namespace

std::vector<fs::path> model_boxes() {
  std::vector<fs::path> boxes;
  if (const char* named = std::getenv("GIEMSA_MODELS"); named && *named) boxes.emplace_back(named);
  if (fs::path box = installed_box(); !box.empty()) boxes.push_back(std::move(box));
  boxes.emplace_back(GIEMSA_SOURCE_MODELS);
  return boxes;
}

fs::path boxed_model(std::string_view name) {
  const fs::path folder = find_in_boxes(name);
  if (!folder.empty()) return folder;
  std::vector<std::string> places;
  for (const fs::path& box : model_boxes()) places.push_back(folder_in(box, name).string());
  throw Error(ErrorKind::Io, fmt::format("[model] there is no model at {}", join(places, ", nor at ")),
              "name one with --model, or set GIEMSA_MODELS to the folder that holds it");
}

fs::path named_model(const std::string& argument) {
  const bool may_be_name = argument.find('/') == std::string::npos;
  if (may_be_name && !fs::exists(argument)) {
    if (const fs::path boxed = find_in_boxes(argument); !boxed.empty()) return boxed;
  }
  model_folder(argument);  // says what is wrong
  return argument;
}

}  // namespace giemsa
