#include "giemsa/balance/class_weights.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numeric>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

constexpr std::array<std::string_view, 4> kNames{"none", "balanced", "sqrt", "effective"};

/// In proportion to the weight.
double raw_weight(std::string_view name, double count, double beta) {
  if (name == "none") return 1;
  if (name == "balanced") return 1 / count;
  if (name == "sqrt") return 1 / std::sqrt(count);
  if (name == "effective") return (1 - beta) / -std::expm1(count * std::log(beta));
  throw Error(ErrorKind::Usage,
              fmt::format("[train] class weights '{}'; none, balanced, sqrt or effective is expected", name));
}

}  // namespace

std::span<const std::string_view> class_weight_names() { return kNames; }

std::vector<double> class_weights(std::string_view name, std::span<const std::size_t> counts, double beta) {
  require(name != "effective" || (beta >= 0 && beta < 1), ErrorKind::Usage,
          fmt::format("[train] effective_beta is {}; at least 0 and less than 1 is expected", beta));
  std::vector<double> weights;
  double sum = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    require(counts[k] > 0, ErrorKind::Data, fmt::format("[train] class {} has no pictures to weigh", k));
    const auto count = static_cast<double>(counts[k]);
    weights.push_back(raw_weight(name, count, beta));
    sum += weights.back() * count;
  }
  const auto pictures = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::size_t{0}));
  for (double& weight : weights) weight *= pictures / sum;
  return weights;
}

}  // namespace giemsa
