#include "giemsa/cli/find_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "giemsa/core/error.h"
#include "giemsa/image/codec.h"

namespace giemsa {

namespace fs = std::filesystem;

std::vector<std::string> find_pictures(std::string_view command, std::span<const std::string> paths) {
  std::vector<std::string> pictures;
  for (const std::string& path : paths) {
    require(fs::exists(path), ErrorKind::Io, fmt::format("[{}] {} does not exist", command, path));
    if (!fs::is_directory(path)) {
      pictures.push_back(path);
      continue;
    }
    const std::size_t before = pictures.size();
    for (const auto& entry :
         fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied)) {
      if (entry.is_regular_file() && has_image_extension(entry.path()))
        pictures.push_back(entry.path().string());
    }
    require(pictures.size() > before, ErrorKind::Data,
            fmt::format("[{}] there is no picture below {}", command, path),
            "pictures end in .jpg, .jpeg, .png, .bmp, .tif or .tiff");
    std::sort(pictures.begin() + static_cast<std::ptrdiff_t>(before), pictures.end());
  }
  return pictures;
}

}  // namespace giemsa
