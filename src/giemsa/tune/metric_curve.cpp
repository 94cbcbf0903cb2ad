#include "giemsa/tune/metric_curve.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"

namespace giemsa {
namespace {

constexpr std::string_view kPrefix = "val_";

[[noreturn]] void fail_unknown(const std::filesystem::path& jsonl, const std::string& metric,
                               const nlohmann::json& line) {
  std::vector<std::string> known;
  for (const auto& [key, value] : line.items()) {
    if (key.starts_with(kPrefix)) known.push_back(key.substr(kPrefix.size()));
  }
  throw Error(ErrorKind::Data, fmt::format("[tune] {} has no figure '{}{}'", jsonl.string(), kPrefix, metric),
              suggest(metric, known));
}

}  // namespace

std::vector<double> metric_curve(const std::filesystem::path& jsonl, const std::string& metric) {
  std::vector<double> curve;
  if (!std::filesystem::exists(jsonl)) return curve;
  std::istringstream lines(read_text(jsonl));
  for (std::string text; std::getline(lines, text);) {
    try {
      const auto line = nlohmann::json::parse(text);
      const auto figure = line.find(fmt::format("{}{}", kPrefix, metric));
      if (figure == line.end()) fail_unknown(jsonl, metric, line);
      curve.push_back(figure->is_null() ? std::numeric_limits<double>::quiet_NaN() : figure->get<double>());
    } catch (const nlohmann::json::exception& error) {
      throw Error(ErrorKind::Data,
                  fmt::format("[tune] {} line {}: {}", jsonl.string(), curve.size() + 1, error.what()));
    }
  }
  return curve;
}

bool better(double a, double b, std::string_view metric) {
  if (std::isnan(a)) return false;
  return std::isnan(b) || (lower_is_better(metric) ? a < b : a > b);
}

std::size_t best_epoch(const std::vector<double>& curve, std::string_view metric) {
  double best = std::numeric_limits<double>::quiet_NaN();
  std::size_t epoch = 0;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (!better(curve[i], best, metric)) continue;
    best = curve[i];
    epoch = i + 1;
  }
  return epoch;
}

double best_of(const std::vector<double>& curve, std::string_view metric) {
  const std::size_t epoch = best_epoch(curve, metric);
  return epoch == 0 ? std::numeric_limits<double>::quiet_NaN() : curve[epoch - 1];
}

}  // namespace giemsa
