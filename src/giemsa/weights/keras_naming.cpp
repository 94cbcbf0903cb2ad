#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "giemsa/core/text.h"
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

/// Lower case, and "_" for "/": Keras 2 named MobileNetV3's "expanded_conv/squeeze_excite/Conv" so.
std::string plain(std::string name) {
  std::ranges::replace(name, '/', '_');
  return to_lower(name);
}

/// Names that Keras gives to layers without one, now and in its first versions.
bool is_automatic(const std::string& layer) {
  static constexpr std::array<std::string_view, 11> kStems{"conv2d",
                                                           "depthwise_conv2d",
                                                           "separable_conv2d",
                                                           "batch_normalization",
                                                           "layer_normalization",
                                                           "dense",
                                                           "normalization",
                                                           "convolution2d",
                                                           "separableconvolution2d",
                                                           "layer_scale",
                                                           "batchnormalization"};
  return std::ranges::any_of(kStems, [&](std::string_view stem) {
    if (!layer.starts_with(stem)) return false;
    const std::string_view rest = std::string_view(layer).substr(stem.size());
    return rest.empty() || (rest[0] == '_' && rest.size() > 1 &&
                            std::ranges::all_of(rest.substr(1), [](char c) { return c >= '0' && c <= '9'; }));
  });
}

/// Whether a layer of the file may be the network's layer `ours`. Only names that Keras made up may differ: a
/// file of another network can have the same sizes in the same order (ConvNeXt with its top, whose norm comes
/// after the pooling).
bool may_be(const std::string& tensor, const std::string& ours) {
  const std::string layer = plain(tensor.substr(0, tensor.rfind('/')));
  return is_automatic(layer) || layer == plain(ours);
}

/// The n-th tensor of the file belongs to the n-th parameter in the order of Keras' list, as far as sizes and
/// names allow.
Naming by_order(const Graph& graph, const WeightFile& file) {
  Naming naming{"Keras, by order", true, {}};
  auto tensor = file.order.begin();
  for (const KerasLayer& layer : keras_layers(graph)) {
    for (const NodeId id : layer.nodes) {
      const Node& node = graph.nodes[id];
      for (const int p : node.params) {
        while (tensor != file.order.end() && is_fitting_count(*tensor)) ++tensor;
        const Param& param = graph.params[p];
        if (tensor == file.order.end() || !may_be(*tensor, node.keras_name) ||
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
  Naming naming{"Keras 3", true, {}, root};
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

/// The groups of a file that hold layers: that of the whole model, and of models inside it (a backbone that
/// was called as a layer). No more than a few, the outermost first.
std::vector<std::string> layer_roots(const WeightFile& file) {
  constexpr std::size_t kMostRoots = 8, kDeepest = 2;
  std::set<std::pair<std::size_t, std::string>> roots;
  for (const auto& [name, tensor] : file.tensors) {
    const std::vector<std::string> words = split_text(name, '/');
    std::string path;
    std::size_t depth = 0;
    for (const std::string& word : words) {
      path += path.empty() ? word : "/" + word;
      if (word != "layers" && word != "_layer_checkpoint_dependencies") continue;
      if (++depth > kDeepest) break;
      roots.insert({depth, path});
    }
  }
  std::vector<std::string> paths;
  for (const auto& [depth, path] : roots) {
    if (paths.size() < kMostRoots) paths.push_back(path);
  }
  return paths;
}

}  // namespace

std::string keras_group(const std::string& path, const std::string& root) {
  if (!path.starts_with(root) || path.size() <= root.size() || path[root.size()] != '/') return "";
  const std::size_t begin = root.size() + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

std::vector<Naming> keras_namings(const Graph& graph, const WeightFile& file) {
  std::vector<Naming> namings = {by_name(graph, file)};
  if (file.format == "Keras HDF5") namings.push_back(by_order(graph, file));
  if (file.format == "Keras 3 HDF5") {
    for (const std::string& root : layer_roots(file)) namings.push_back(by_path(graph, file, root));
  }
  return namings;
}

}  // namespace giemsa
