#include "giemsa/cli/find_pictures.h"

#include <fmt/format.h>

#include <filesystem>

#include "giemsa/core/error.h"
#include "giemsa/image/codec.h"

namespace giemsa {

namespace fs = std::filesystem;

PicturePaths find_pictures(std::string_view command, std::span<const std::string> paths) {
  PicturePaths pictures;
  for (const std::string& path : paths) {
    require(fs::exists(path), ErrorKind::Io, fmt::format("[{}] {} does not exist", command, path));
    if (!fs::is_directory(path)) {
      pictures.add(path);
      continue;
    }
    const std::size_t before = pictures.size();
    for (const auto& entry :
         fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied)) {
      if (entry.is_regular_file() && has_image_extension(entry.path())) pictures.add(entry.path().native());
    }
    require(pictures.size() > before, ErrorKind::Data,
            fmt::format("[{}] there is no picture below {}", command, path),
            "pictures end in .jpg, .jpeg, .png, .bmp, .tif or .tiff");
    pictures.sort_from(before);
  }
  return pictures;
}

}  // namespace giemsa
