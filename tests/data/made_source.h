#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/data/source.h"
#include "giemsa/image/codec.h"

namespace giemsa::testing {

/// A source without pictures, for what only looks at records.
class MadeSource final : public Source {
 public:
  MadeSource(std::vector<std::string> classes, std::vector<Record> records)
      : classes_(std::move(classes)), records_(std::move(records)) {}
  /// `sizes[k]` records of class k with ids "NAME/0", "NAME/1", …
  static MadeSource of_sizes(const std::vector<std::pair<std::string, int>>& sizes) {
    std::vector<std::string> classes;
    std::vector<Record> records;
    for (const auto& [name, size] : sizes) {
      for (int i = 0; i < size; ++i) {
        const std::string id = name + "/" + std::to_string(i);
        records.push_back({.id = id, .path = id, .label = static_cast<int>(classes.size())});
      }
      classes.push_back(name);
    }
    return {std::move(classes), std::move(records)};
  }

  const std::vector<std::string>& classes() const override { return classes_; }
  std::span<const Record> records() const override { return records_; }
  Bytes read(std::size_t) const override {
    throw Error(ErrorKind::Internal, "a made source has no pictures");
  }
  Image decode(std::size_t, std::span<const std::uint8_t>) const override { return {}; }

 private:
  std::vector<std::string> classes_;
  std::vector<Record> records_;
};

/// A picture of one colour.
inline Image plain(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  Image image(width, height);
  for (int i = 0; i < width * height; ++i) {
    image.pixels()[3 * i] = red;
    image.pixels()[3 * i + 1] = green;
    image.pixels()[3 * i + 2] = blue;
  }
  return image;
}

/// Writes a PNG (whatever the name ends in) and the folders above it.
inline void put_picture(const std::filesystem::path& path, const Image& image = plain(2, 2, 1, 2, 3)) {
  std::filesystem::create_directories(path.parent_path());
  write_atomic(path, encode_png(image));
}
inline void put_text(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  write_atomic(path, text);
}

}  // namespace giemsa::testing
