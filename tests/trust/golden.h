#pragma once
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace giemsa::testing {

/// A part of what tests/golden/make/trust.py wrote.
inline nlohmann::json golden(const char* part) {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "trust.json");
  return nlohmann::json::parse(file).at(part);
}

}  // namespace giemsa::testing
