#include <fmt/format.h>

#include <cctype>

#include "giemsa/graph/keras_layers.h"
#include "giemsa/weights/keras_layout.h"
#include "giemsa/weights/naming.h"

namespace giemsa {

namespace {

/// Counts "conv2d", "conv2d_1", … within one container of layers.
class Numbering {
 public:
  std::string next(const std::string& stem) {
    const int number = used_[stem]++;
    return number == 0 ? stem : fmt::format("{}_{}", stem, number);
  }

 private:
  std::map<std::string, int> used_;
};

/// "BatchNormalization" → "batch_normalization", "Conv2D" → "conv2d": keras.src.utils.naming.
std::string snake_case(const std::string& type) {
  std::string out;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const bool upper = std::isupper(static_cast<unsigned char>(type[i]));
    const bool after_lower = i > 0 && std::islower(static_cast<unsigned char>(type[i - 1]));
    if (upper && after_lower) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(type[i])));
  }
  return out;
}

Naming by_name(const Graph& graph, const WeightFile& file) {
  Naming naming{"Keras", true, {}};
  for (const Param& param : graph.params) {
    for (const std::string& name : keras_names(graph, param)) {
      if (!file.tensors.contains(name)) continue;
      naming.tensors[param.name] = name;
      break;
    }
  }
  return naming;
}

bool is_fitting_count(const std::string& tensor) { return tensor.ends_with("/count"); }

/// The n-th tensor of the file belongs to the n-th parameter in the order of Keras' list, as far as sizes
/// agree.
Naming by_order(const Graph& graph, const WeightFile& file) {
  Naming naming{"Keras, by order", true, {}};
  auto tensor = file.order.begin();
  for (const KerasLayer& layer : keras_layers(graph)) {
    for (const NodeId node : layer.nodes) {
      for (const int p : graph.nodes[node].params) {
        while (tensor != file.order.end() && is_fitting_count(*tensor)) ++tensor;
        const Param& param = graph.params[p];
        if (tensor == file.order.end() ||
            file.tensors.at(*tensor).size() != static_cast<std::size_t>(param.size()))
          return naming;
        naming.tensors[param.name] = *tensor++;
      }
    }
  }
  return naming;
}

/// "layers/batch_normalization_2/vars/0": classes in snake case, numbered in the order of Keras' list; the
/// variables of a layer in their order. Layers inside a Sequential are numbered anew.
Naming by_path(const Graph& graph, const WeightFile& file, const std::string& root) {
  Naming naming{"Keras 3", true, {}};
  const auto enter = [&](const Node& node, const std::string& layer, int& variable) {
    for (const int p : node.params) {
      const std::string path = fmt::format("{}/vars/{}", layer, variable++);
      if (file.tensors.contains(path)) naming.tensors[graph.params[p].name] = path;
    }
  };
  Numbering numbering;
  for (const KerasLayer& layer : keras_layers(graph)) {
    const std::string path = root + "/" + numbering.next(snake_case(layer.type));
    Numbering inner;
    int variable = 0;
    for (const NodeId id : layer.nodes) {
      const Node& node = graph.nodes[id];
      if (layer.type == "Sequential") {
        variable = 0;
        const std::string type(keras_type(node.op));
        enter(node, path + "/layers/" + inner.next(snake_case(type)), variable);
      } else {
        enter(node, path, variable);
      }
    }
  }
  return naming;
}

}  // namespace

std::vector<Naming> keras_namings(const Graph& graph, const WeightFile& file) {
  std::vector<Naming> namings = {by_name(graph, file)};
  if (file.format == "Keras HDF5") namings.push_back(by_order(graph, file));
  for (const char* root : {"layers", "_layer_checkpoint_dependencies"}) {
    namings.push_back(by_path(graph, file, root));
  }
  return namings;
}

}  // namespace giemsa
