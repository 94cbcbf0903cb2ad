#include "giemsa/data/source.h"

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/data/source_adapters.h"

namespace giemsa {

std::unique_ptr<Source> open_source(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw Error(ErrorKind::Io, "[data] " + path.string() + ": " + (error ? error.message() : "no such file"),
                "name a folder of class folders, an .npz or a .csv manifest");
  }
  if (std::filesystem::is_directory(status)) return open_folder_source(path);
  const std::string extension = to_lower(path.extension().string());
  if (extension == ".npz") return open_npz_source(path);
  if (extension == ".csv") return open_manifest_source(path);
  throw Error(ErrorKind::Data, "[data] " + path.string() + ": not a kind of data set that giemsa reads",
              "name a folder of class folders, an .npz or a .csv manifest");
}

}  // namespace giemsa
