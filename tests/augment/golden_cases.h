#pragma once
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "giemsa/image/image.h"

namespace giemsa::testing {

/// What tests/golden/make/augment.py made with Pillow, torchvision and numpy.
inline const nlohmann::json& augment_golden() {
  static const nlohmann::json golden = [] {
    std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "augment.json");
    return nlohmann::json::parse(file);
  }();
  return golden;
}

inline Image picture_of(const std::string& hexadecimal) {
  const int side = augment_golden().at("side");
  Image image(side, side);
  for (std::size_t i = 0; i < image.bytes().size(); ++i)
    image.pixels()[i] = static_cast<std::uint8_t>(std::stoi(hexadecimal.substr(2 * i, 2), nullptr, 16));
  return image;
}

inline Image golden_picture() { return picture_of(augment_golden().at("pixels")); }

inline Image dark_golden_picture() { return picture_of(augment_golden().at("dark")); }

/// The cases of one operation.
inline std::vector<nlohmann::json> golden_cases(const std::string& name) {
  std::vector<nlohmann::json> cases;
  for (const auto& single : augment_golden().at("cases")) {
    if (single.at("name") == name) cases.push_back(single);
  }
  return cases;
}

inline int largest_difference(const Image& a, const Image& b) {
  int worst = 0;
  for (std::size_t i = 0; i < a.bytes().size(); ++i)
    worst = std::max(worst, std::abs(a.bytes()[i] - b.bytes()[i]));
  return worst;
}

}  // namespace giemsa::testing
