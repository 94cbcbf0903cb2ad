#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/core/random.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// Photographs of a folder, from which crops are taken as pictures that show no cell.
class Photos {
 public:
  struct Crop {
    Image image;
    std::string name;  ///< the file's name
  };

  /// Finds the pictures in the folder and those below it. Throws Io when it cannot be read, Data when it
  /// holds none.
  explicit Photos(const std::filesystem::path& folder);

  /// A random rectangle of a random photograph, half to all of its shorter side, resized to width × height.
  Crop draw_crop(int width, int height, Random& random) const;

 private:
  std::vector<std::filesystem::path> files_;  ///< sorted
};

}  // namespace giemsa
