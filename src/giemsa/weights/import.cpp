#include "giemsa/weights/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/weights/keras_layout.h"

namespace giemsa {

namespace {

/// A parameter's place in a file: the names under which it may stand, and how its values are turned.
struct Wanted {
  std::vector<std::string> names;
  std::function<HostTensor(const HostTensor&)> turn;
};

bool looks_like_keras(const StateDict& file) {
  return std::any_of(file.begin(), file.end(), [](const auto& item) {
    return item.first.ends_with("/kernel") || item.first.ends_with("/gamma") ||
           item.first.ends_with("_kernel");
  });
}

/// PyTorch files may hold a dense layer as a 1×1 convolution (timm's small ConvNeXts) and a factor per
/// channel as [C, 1, 1]; the values are the same.
HostTensor without_unit_sides(HostTensor tensor, std::size_t rank) {
  while (tensor.shape.size() > rank && tensor.shape.back() == 1) tensor.shape.pop_back();
  return tensor;
}

Wanted wanted(const Graph& graph, const Param& param, bool keras) {
  if (keras)
    return {keras_names(graph, param), [&](const HostTensor& t) { return from_keras(graph, param, t); }};
  return {{param.name}, [&](const HostTensor& t) { return without_unit_sides(t, param.shape.size()); }};
}

/// PyTorch keeps a counter in each batch norm; nothing here needs it.
bool is_bookkeeping(const std::string& tensor) { return tensor.ends_with("num_batches_tracked"); }

/// Whether a tensor that found no place belongs to some head.
bool is_head_tensor(const Graph& graph, const std::string& tensor, bool keras) {
  return keras ? is_keras_head(tensor) : graph.in_head(tensor);
}

}  // namespace

std::string ImportReport::text() const {
  std::string out = fmt::format("{} layout: {} tensors mapped, {} left over, {} missing\n", layout,
                                mapped.size(), left_over.size(), missing.size());
  std::size_t width = 0;
  for (const Mapping& m : mapped) width = std::max(width, m.param.size());
  for (const Mapping& m : mapped) {
    out += fmt::format("  {:<{}}  {:<14} ← {}{}\n", m.param, width, shape_text(m.shape), m.tensor,
                       m.transposed ? " (transposed)" : "");
  }
  for (const std::string& name : left_over) out += fmt::format("  left over  {}\n", name);
  for (const std::string& name : missing) out += fmt::format("  missing    {}\n", name);
  return out;
}

Import import_weights(const Graph& graph, const StateDict& file, const StateDict& fresh,
                      const std::string& file_name) {
  const bool keras = looks_like_keras(file);
  Import result;
  result.report.layout = keras ? "Keras" : "PyTorch";
  ImportReport& report = result.report;
  std::set<std::string> used;
  std::vector<std::string> faults;

  for (const Param& param : graph.params) {
    const Wanted want = wanted(graph, param, keras);
    const auto name =
        std::find_if(want.names.begin(), want.names.end(), [&](const auto& n) { return file.contains(n); });
    std::optional<HostTensor> tensor;
    std::string why;
    if (name != want.names.end()) {
      used.insert(*name);
      const HostTensor& stored = file.at(*name);
      tensor = want.turn(stored);
      if (tensor->shape != param.shape) {
        why = fmt::format(" (the file has {}, the network needs {})", shape_text(tensor->shape),
                          shape_text(param.shape));
        tensor.reset();
      }
    }
    if (tensor) {
      report.mapped.push_back({param.name, *name, param.shape, keras && param.shape.size() > 1});
      result.weights[param.name] = *tensor;
      continue;
    }
    report.missing.push_back(param.name + why);
    if (!graph.in_head(param.name)) faults.push_back(fmt::format("missing '{}'{}", param.name, why));
    result.weights[param.name] = fresh.at(param.name);
  }
  for (const auto& [name, tensor] : file) {
    if (used.contains(name) || is_bookkeeping(name)) continue;
    report.left_over.push_back(fmt::format("{} {}", name, shape_text(tensor.shape)));
    if (!is_head_tensor(graph, name, keras)) faults.push_back(fmt::format("left over '{}'", name));
  }
  if (!faults.empty()) {
    const std::size_t count = faults.size();
    if (count > 3) faults.resize(3);
    throw Error(
        ErrorKind::Model,
        fmt::format("[weights] {} does not fit the network beyond its head ({} differences: {}{})\n{}",
                    file_name, count, join(faults, "; "), count > 3 ? "; …" : "", report.text()),
        keras ? "weights from Keras need a network in the Keras flavour, e.g. --model mobilenet_v2_keras"
              : "name the network that the file was made for with --model; `giemsa models` lists them");
  }
  return result;
}

}  // namespace giemsa
