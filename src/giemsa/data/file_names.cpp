#include "giemsa/data/file_names.h"

#include <fmt/format.h>

#include <filesystem>

namespace giemsa {

std::string FileNames::give(const std::string& wanted) {
  constexpr std::size_t kLongestName = 255;  // bytes, on every common file system
  constexpr std::size_t kLongestStem = 230;  // leaves room for the number and the extension
  // Hidden files are not listed.
  std::string name = wanted.starts_with('.') ? fmt::format("_{}", wanted) : wanted;
  const std::filesystem::path path(name);
  const std::string stem = path.stem().string().substr(0, kLongestStem),
                    extension = path.extension().string();
  if (name.size() > kLongestName) name = stem + extension;
  std::size_t& next = next_.try_emplace(stem + extension, 2).first->second;
  while (!taken_.insert(name).second) name = fmt::format("{}_{}{}", stem, next++, extension);
  return name;
}

}  // namespace giemsa
