#include "giemsa/data/source.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/data/source_adapters.h"

namespace giemsa {

namespace {

/// Class names go into JSON, HTML and TOML; better to say so now than after an epoch.
std::unique_ptr<Source> checked(std::unique_ptr<Source> source, const std::filesystem::path& path) {
  for (const std::string& name : source->classes()) {
    if (is_utf8(name)) continue;
    throw Error(ErrorKind::Data, fmt::format("[data] {}: a class name is not UTF-8", path.string()),
                "rename its folder or labels");
  }
  return source;
}

}  // namespace

std::unique_ptr<Source> open_source(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw Error(ErrorKind::Io, "[data] " + path.string() + ": " + (error ? error.message() : "no such file"),
                "name a folder of class folders, an .npz or a .csv manifest");
  }
  if (std::filesystem::is_directory(status)) return checked(open_folder_source(path), path);
  const std::string extension = to_lower(path.extension().string());
  if (extension == ".npz") return checked(open_npz_source(path), path);
  if (extension == ".csv") return checked(open_manifest_source(path), path);
  throw Error(ErrorKind::Data, "[data] " + path.string() + ": not a kind of data set that giemsa reads",
              "name a folder of class folders, an .npz or a .csv manifest");
}

}  // namespace giemsa
