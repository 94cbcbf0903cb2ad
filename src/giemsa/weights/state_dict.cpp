#include "giemsa/weights/state_dict.h"

#include <fmt/format.h>

#include <cmath>

#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/core/text.h"

namespace giemsa {

namespace {

/// Normal, drawn again beyond two standard deviations.
float truncated_normal(Random& random, float sd) {
  double z;
  do z = random.normal();
  while (std::abs(z) > 2);
  return static_cast<float>(sd * z);
}

float draw(Random& random, const Init& init) {
  switch (init.kind) {
    case Init::Kind::Constant:
      return init.value;
    case Init::Kind::Normal:
      return static_cast<float>(random.normal(0, init.value));
    case Init::Kind::TruncatedNormal:
      return truncated_normal(random, init.value);
    case Init::Kind::Uniform:
      return random.uniform(-init.value, init.value);
  }
  throw Error(ErrorKind::Internal, "[weights] unknown initialiser");
}

}  // namespace

HostTensor initial_values(const Param& param, std::uint64_t seed) {
  Random random({seed, fnv1a("initialise"), fnv1a(param.name)});
  return HostTensor::make(param.shape, [&](std::span<float> values) {
    for (float& value : values) value = draw(random, param.init);
  });
}

StateDict initialise(const Graph& graph, std::uint64_t seed) {
  StateDict weights;
  for (const Param& param : graph.params) weights[param.name] = initial_values(param, seed);
  return weights;
}

void check_complete(const Graph& graph, const StateDict& weights, const std::string& source) {
  std::vector<std::string> faults;
  for (const Param& param : graph.params) {
    const auto found = weights.find(param.name);
    if (found == weights.end()) {
      faults.push_back(fmt::format("'{}' is missing", param.name));
    } else if (found->second.shape != param.shape) {
      faults.push_back(fmt::format("'{}' is {}, the network needs {}", param.name,
                                   shape_text(found->second.shape), shape_text(param.shape)));
    }
  }
  if (faults.empty() && weights.size() != graph.params.size()) {
    faults.push_back(fmt::format("{} tensors, the network has {}", weights.size(), graph.params.size()));
  }
  if (faults.empty()) return;
  const std::size_t count = faults.size();
  if (count > 3) faults.resize(3);
  throw Error(ErrorKind::Model,
              fmt::format("[weights] {} does not fit the network: {}{}", source, join(faults, "; "),
                          count > 3 ? fmt::format("; and {} more", count - 3) : ""));
}

}  // namespace giemsa
