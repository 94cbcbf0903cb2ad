#pragma once
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>

#include "giemsa/core/file.h"
#include "giemsa/image/image.h"

// The pictures of tests/golden/make/images.py.
namespace giemsa::testing {

inline std::filesystem::path golden_image_path(const std::string& name) {
  return std::filesystem::path(GIEMSA_TEST_DATA) / "images" / name;
}

/// Reads a binary PPM ("P6", 255 levels, no comments), as Pillow writes it.
inline Image read_ppm(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  std::istringstream in(text);
  std::string magic;
  int width = 0, height = 0, levels = 0;
  in >> magic >> width >> height >> levels;
  in.get();
  Image image(width, height);
  in.read(reinterpret_cast<char*>(image.pixels()), static_cast<std::streamsize>(image.bytes().size()));
  return in && magic == "P6" ? image : Image();
}

/// The largest difference of any channel of any pixel; 256 when the sizes differ.
inline int largest_difference(const Image& a, const Image& b) {
  if (a.width() != b.width() || a.height() != b.height()) return 256;
  int largest = 0;
  for (std::size_t i = 0; i < a.bytes().size(); ++i) {
    largest = std::max(largest, std::abs(int{a.bytes()[i]} - int{b.bytes()[i]}));
  }
  return largest;
}

}  // namespace giemsa::testing
