#pragma once
#include <span>
#include <string>
#include <string_view>

#include "giemsa/predict/picture_paths.h"

namespace giemsa {

/// The pictures that arguments of a command line name: files as they are given, folders searched below in
/// sorted order. `command` stands in errors. Throws Io for a path that does not exist, Data for a folder
/// without pictures.
PicturePaths find_pictures(std::string_view command, std::span<const std::string> paths);

}  // namespace giemsa
