#include "giemsa/weights/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/weights/flavour_check.h"
#include "giemsa/weights/head_tensors.h"
#include "giemsa/weights/keras_layout.h"
#include "giemsa/weights/naming.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa {

namespace {

/// The shape in which the network would have a tensor of the file. PyTorch files may hold a dense layer as a
/// convolution (1×1 in timm's small ConvNeXts, over the whole map in its VGG) and a factor per channel as
/// [C, 1, 1]; the values and their order are the same.
std::vector<std::int64_t> shape_here(const Graph& graph, const Param& param, const HostTensor& stored,
                                     bool keras) {
  if (keras) return shape_from_keras(graph, param, stored.shape);
  const bool flat = !stored.shape.empty() && stored.shape[0] == param.shape[0] &&
                    stored.shape.size() > param.shape.size() &&
                    stored.size() == static_cast<std::size_t>(param.size());
  return flat ? param.shape : stored.shape;
}

bool looks_like_keras(const WeightFile& file) {
  return file.format.starts_with("Keras") || std::ranges::any_of(file.tensors, [](const auto& item) {
           return item.first.ends_with("/kernel") || item.first.ends_with("/gamma");
         });
}

/// State that nothing here needs: PyTorch's counters in batch norms, Keras' in Normalization and its dropout
/// seeds.
bool is_bookkeeping(const std::string& tensor) {
  return tensor.ends_with("num_batches_tracked") || tensor.ends_with("/count") ||
         tensor.find("seed_generator") != std::string::npos;
}

}  // namespace

std::string ImportReport::text() const {
  std::string out = fmt::format("{} names: {} tensors mapped, {} left over, {} missing\n", layout,
                                mapped.size(), left_over.size(), missing.size());
  if (!removed_prefix.empty())
    out += fmt::format("  removed from every name: {}\n", printable(removed_prefix));
  std::size_t width = 0;
  for (const Mapping& m : mapped) width = std::max(width, m.param.size());
  for (const Mapping& m : mapped) {
    out += fmt::format("  {:<{}}  {:<14} ← {}{}\n", m.param, width, shape_text(m.shape), printable(m.tensor),
                       m.transposed ? " (transposed)" : "");
  }
  for (const std::string& name : left_over) out += fmt::format("  left over  {}\n", printable(name));
  for (const std::string& name : missing) out += fmt::format("  missing    {}\n", name);
  return out;
}

ImportReport match_weights(const Graph& graph, const WeightFile& file, const std::string& file_name) {
  const Naming naming = choose_naming(graph, file);
  const HeadTensors is_head(graph, file, naming);
  ImportReport report;
  report.layout = naming.scheme;
  report.keras = naming.keras;
  report.removed_prefix = file.removed_prefix;
  std::set<std::string> used;

  for (const Param& param : graph.params) {
    const auto name = naming.tensors.find(param.name);
    std::string why;
    if (name != naming.tensors.end()) {
      used.insert(name->second);
      const auto shape = shape_here(graph, param, file.tensors.at(name->second), naming.keras);
      if (shape == param.shape) {
        report.mapped.push_back({param.name, name->second, shape, naming.keras && shape.size() > 1});
        continue;
      }
      why =
          fmt::format(" (the file has {}, the network needs {})", shape_text(shape), shape_text(param.shape));
    }
    report.missing.push_back(param.name + why);
    if (!graph.in_head(param.name)) report.faults.push_back(fmt::format("missing '{}'{}", param.name, why));
  }
  for (const auto& [name, tensor] : file.tensors) {
    if (used.contains(name) || is_bookkeeping(name)) continue;
    report.left_over.push_back(fmt::format("{} {}", name, shape_text(tensor.shape)));
    if (!is_head(name)) report.faults.push_back(fmt::format("left over '{}'", printable(name)));
  }
  report.refusal = flavour_fault(graph, file, naming, file_name);
  return report;
}

void require_fit(const ImportReport& report, const WeightFile& file, const std::string& file_name) {
  require(report.refusal.empty(), ErrorKind::Model,
          fmt::format("[weights] {} {}", file_name, report.refusal.what), report.refusal.hint);
  if (report.fits()) return;
  std::vector<std::string> first = report.faults;
  const bool more = first.size() > 3;
  if (more) first.resize(3);
  throw Error(
      ErrorKind::Model,
      fmt::format("[weights] {} does not fit the network beyond its head ({} differences: {}{})\n{}",
                  file_name, report.faults.size(), join(first, "; "), more ? "; …" : "", report.text()),
      looks_like_keras(file)
          ? "weights from Keras need a network in the Keras flavour, e.g. --model mobilenet_v2_keras"
          : "name the network that the file was made for with --model; `giemsa weights inspect FILE` lists "
            "those "
            "that fit");
}

Import import_weights(const Graph& graph, const WeightFile& file, std::uint64_t seed,
                      const std::string& file_name) {
  Import result{{}, match_weights(graph, file, file_name)};
  require_fit(result.report, file, file_name);
  std::map<std::string, std::string> tensor_of;
  for (const ImportReport::Mapping& mapping : result.report.mapped) tensor_of[mapping.param] = mapping.tensor;
  for (const Param& param : graph.params) {
    const auto name = tensor_of.find(param.name);
    if (name == tensor_of.end()) {
      result.weights[param.name] = initial_values(param, seed);
      continue;
    }
    const HostTensor& stored = file.tensors.at(name->second);
    result.weights[param.name] = result.report.keras ? from_keras(graph, param, stored) : stored;
    result.weights[param.name].shape = param.shape;
  }
  return result;
}

}  // namespace giemsa
