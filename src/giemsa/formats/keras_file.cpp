#include "giemsa/formats/keras_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/hdf5.h"

namespace giemsa {

namespace {

constexpr std::string_view kLayerNames = "layer_names", kWeightNames = "weight_names";
constexpr std::string_view kModelWeights = "model_weights", kTopLevelWeights = "top_level_model_weights";
constexpr unsigned kMaxDepth = 64;  // of groups in groups

/// "kernel" of "kernel:0".
std::string without_output(const std::string& name) {
  const std::size_t colon = name.rfind(':');
  const bool output = colon != std::string::npos && colon + 1 < name.size() &&
                      std::all_of(name.begin() + static_cast<std::ptrdiff_t>(colon) + 1, name.end(),
                                  [](unsigned char c) { return std::isdigit(c); });
  return output ? name.substr(0, colon) : name;
}

/// Whether `a` comes before `b` when numbers in them count as numbers.
bool natural_less(std::string_view a, std::string_view b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto number = [&](std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), digit);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
  };
  const auto significant = [](std::string_view digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
  };
  while (!a.empty() && !b.empty()) {
    if (digit(a.front()) && digit(b.front())) {
      const std::string_view m = significant(number(a)), n = significant(number(b));
      if (m.size() != n.size()) return m.size() < n.size();
      if (m != n) return m < n;
      a.remove_prefix(number(a).size());
      b.remove_prefix(number(b).size());
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() < b.size();
}

class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  WeightFile read(const Hdf5Object& root) {
    if (const auto layers = root.split_strings(kLayerNames)) {
      read_layers(root, *layers);
    } else if (const auto model = root.find(kModelWeights)) {
      const auto names = model->split_strings(kLayerNames);
      if (!names) fault("'model_weights' has no attribute 'layer_names'");
      read_layers(*model, *names);
    } else {
      const auto links = sorted_links(root);
      const bool keras3 = std::ranges::any_of(links, [](const Hdf5Link& link) {
        return link.name == "layers" || link.name == "_layer_checkpoint_dependencies" || link.name == "vars";
      });
      if (!keras3) fault_of_another_kind(links);
      result_.format = "Keras 3 HDF5";
      for (const Hdf5Link& link : links) {
        if (link.name != "optimizer") read_tree(root.open(link), 1);
      }
    }
    return std::move(result_);
  }

 private:
  void read_layers(const Hdf5Object& group, std::vector<std::string> layers) {
    result_.format = "Keras HDF5";
    // Weights that a model keeps outside its layers; Keras' own list leaves this group out.
    if (group.find(kTopLevelWeights)) layers.emplace_back(kTopLevelWeights);
    for (const std::string& layer : layers) {
      const auto object = group.find(layer);
      if (!object) fault(fmt::format("layer '{}' of layer_names has no group", printable(layer)));
      const auto weights = object->split_strings(kWeightNames);
      if (!weights) fault(fmt::format("layer '{}' has no attribute 'weight_names'", printable(layer)));
      for (const std::string& weight : *weights) {
        const auto dataset = object->find(weight);
        if (!dataset)
          fault(fmt::format("layer '{}' lacks the dataset '{}' of its weight_names", printable(layer),
                            printable(weight)));
        std::string name = without_output(weight);
        if (name.find('/') == std::string::npos || result_.tensors.contains(name))
          name = fmt::format("{}/{}", layer, name);
        add(*dataset, std::move(name));
      }
    }
  }

  void read_tree(const Hdf5Object& object, unsigned depth) {
    if (depth > kMaxDepth) fault(fmt::format("groups lie more than {} deep in each other", kMaxDepth));
    if (object.is_dataset()) return add(object, object.path());
    if (!object.is_group())
      fault(fmt::format("'{}' is neither a group nor a dataset", printable(object.path())));
    for (const Hdf5Link& link : sorted_links(object)) read_tree(object.open(link), depth + 1);
  }

  static std::vector<Hdf5Link> sorted_links(const Hdf5Object& group) {
    std::vector<Hdf5Link> links = group.links();
    const bool tracked =
        std::ranges::all_of(links, [](const Hdf5Link& l) { return l.creation_order.has_value(); });
    std::ranges::sort(links, [&](const Hdf5Link& a, const Hdf5Link& b) {
      return tracked ? a.creation_order < b.creation_order : natural_less(a.name, b.name);
    });
    return links;
  }

  void add(const Hdf5Object& dataset, std::string name) {
    if (!dataset.is_dataset()) fault(fmt::format("'{}' is no dataset", printable(dataset.path())));
    if (result_.tensors.contains(name)) fault(fmt::format("tensor '{}' is there twice", printable(name)));
    Hdf5Tensor tensor = dataset.tensor();
    result_.stored_types[name] = stored_type_name(tensor.type);
    result_.tensors[name] = std::move(tensor.values);
    result_.order.push_back(std::move(name));
  }

  [[noreturn]] void fault(const std::string& what) const {
    throw Error(ErrorKind::Model, fmt::format("[keras] {}: {}", name_, what),
                "the file is damaged or not saved by Keras; fetch it again");
  }

  [[noreturn]] void fault_of_another_kind(const std::vector<Hdf5Link>& links) const {
    constexpr std::size_t kShown = 5;
    std::vector<std::string> names;
    for (const Hdf5Link& link : links) {
      if (names.size() < kShown) names.push_back(fmt::format("'{}'", printable(link.name, 40)));
    }
    const std::string holds = links.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
    throw Error(
        ErrorKind::Model,
        fmt::format("[keras] {}: HDF5, but no weights of Keras: the root holds {}{}; expected the attribute "
                    "'layer_names', or 'model_weights' or 'layers'",
                    name_, holds,
                    links.size() > kShown ? fmt::format(" and {} more", links.size() - kShown) : ""),
        "save the network with model.save_weights(\"NAME.weights.h5\")");
  }

  std::string name_;
  WeightFile result_;
};

}  // namespace

WeightFile read_keras_hdf5(const std::filesystem::path& path) {
  const MappedFile file(path);
  return Reader(path.string()).read(open_hdf5(file, path.string()));
}

WeightFile read_keras_hdf5(std::span<const std::uint8_t> bytes, const std::string& name) {
  return Reader(name).read(open_hdf5(bytes, name));
}

}  // namespace giemsa
