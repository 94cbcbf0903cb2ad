#pragma once
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace giemsa::testing {

/// The cases of tests/golden/data/metrics.json, made with scikit-learn by tests/golden/make/metrics.py.
inline nlohmann::json golden_metrics() {
  std::ifstream file(std::filesystem::path(GIEMSA_TEST_DATA) / "metrics.json");
  return nlohmann::json::parse(file).at("cases");
}

/// A number of the file; NaN for null.
inline double number(const nlohmann::json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

/// Equal to `tolerance`, or both undefined.
inline bool same(double got, double expected, double tolerance = 1e-9) {
  if (std::isnan(got) || std::isnan(expected)) return std::isnan(got) && std::isnan(expected);
  return std::abs(got - expected) <= tolerance;
}

}  // namespace giemsa::testing
