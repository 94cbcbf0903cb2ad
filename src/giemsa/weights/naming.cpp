#include "giemsa/weights/naming.h"

#include <algorithm>
#include <utility>

namespace giemsa {

namespace {

/// Parameters that the naming finds, in their sizes: of the backbone, then of all.
std::pair<int, int> found(const Graph& graph, const WeightFile& file, const Naming& naming) {
  std::pair<int, int> count;
  for (const Param& param : graph.params) {
    const auto tensor = naming.tensors.find(param.name);
    if (tensor == naming.tensors.end() ||
        file.tensors.at(tensor->second).size() != static_cast<std::size_t>(param.size()))
      continue;
    count.first += !graph.in_head(param.name);
    ++count.second;
  }
  return count;
}

}  // namespace

Naming choose_naming(const Graph& graph, const WeightFile& file) {
  std::vector<Naming> all = torch_namings(graph, file);
  std::ranges::move(keras_namings(graph, file), std::back_inserter(all));
  return *std::ranges::max_element(all, {}, [&](const Naming& naming) { return found(graph, file, naming); });
}

}  // namespace giemsa
