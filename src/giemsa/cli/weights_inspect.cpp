#include "giemsa/cli/weights_inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/weight_file.h"
#include "giemsa/models/registry.h"
#include "giemsa/weights/import.h"

namespace giemsa {

namespace {

constexpr std::size_t kNameBytes = 200, kMetadataBytes = 2000;  // of a text in the table

/// The finite values of a tensor, in brief.
struct ValueRange {
  float min = 0, max = 0;
  double mean = 0;
  std::size_t finite = 0, not_finite = 0;
};

ValueRange value_range(std::span<const float> values) {
  ValueRange range;
  double sum = 0;
  for (const float value : values) {
    if (!std::isfinite(value)) {
      ++range.not_finite;
      continue;
    }
    range.min = range.finite == 0 ? value : std::min(range.min, value);
    range.max = range.finite == 0 ? value : std::max(range.max, value);
    sum += value;
    ++range.finite;
  }
  if (range.finite > 0) range.mean = sum / static_cast<double>(range.finite);
  return range;
}

struct TensorRow {
  std::string name, shape, type;
  std::vector<std::int64_t> sides;
  ValueRange values;
};

std::vector<TensorRow> tensor_rows(const WeightFile& file) {
  std::vector<TensorRow> rows;
  for (const std::string& name : file.order) {
    const HostTensor& tensor = file.tensors.at(name);
    rows.push_back({name, tensor.shape.empty() ? "scalar" : shape_text(tensor.shape),
                    file.stored_types.at(name), tensor.shape, value_range(tensor.values())});
  }
  return rows;
}

std::size_t value_count(const WeightFile& file) {
  std::size_t count = 0;
  for (const auto& [name, tensor] : file.tensors) count += tensor.size();
  return count;
}

/// What would go where.
ImportReport compare(const ModelEntry& entry, const WeightFile& file, const std::string& file_name) {
  // For the classes of ImageNet, which published files tell apart; other heads may differ.
  constexpr std::int64_t kImageNetClasses = 1000;
  ModelOptions options{.classes = kImageNetClasses};
  options.input_px = std::max<std::int64_t>(options.input_px, entry.min_input_px);
  const Graph graph = build_model(entry.name, options);
  return match_weights(graph, file, file_name);
}

/// The networks that the file fits, heads aside.
std::vector<std::string> fitting_networks(const WeightFile& file, const std::string& file_name) {
  std::vector<std::string> names;
  for (const ModelEntry& entry : model_registry()) {
    if (compare(entry, file, file_name).fits()) names.emplace_back(entry.name);
  }
  return names;
}

void print_table(const WeightFile& file, const std::vector<TensorRow>& rows) {
  std::size_t width = 6;
  for (const TensorRow& row : rows) width = std::max(width, printable(row.name, kNameBytes).size());
  fmt::print("{:<{}}  {:<16} {:<5} {:>12} {:>12} {:>12}\n", "tensor", width, "shape", "type", "min", "max",
             "mean");
  for (const TensorRow& row : rows) {
    fmt::print("{:<{}}  {:<16} {:<5}", printable(row.name, kNameBytes), width, row.shape, row.type);
    const ValueRange& v = row.values;
    if (v.finite > 0) fmt::print(" {:>12.5g} {:>12.5g} {:>12.5g}", v.min, v.max, v.mean);
    if (v.not_finite > 0) fmt::print("  {} NOT FINITE", v.not_finite);
    fmt::print("\n");
  }
  fmt::print("\n{}: {} tensors, {} values\n", file.format, rows.size(),
             with_thousands(static_cast<long long>(value_count(file))));
  if (!file.removed_prefix.empty()) {
    fmt::print("removed from every name: {}\n", printable(file.removed_prefix));
  }
  for (const auto& [key, value] : file.metadata) {
    fmt::print("metadata {}: {}\n", printable(key), printable(value, kMetadataBytes));
  }
}

nlohmann::json tensors_json(const std::vector<TensorRow>& rows) {
  auto list = nlohmann::json::array();
  for (const TensorRow& row : rows) {
    const ValueRange& v = row.values;
    nlohmann::json tensor = {
        {"name", row.name}, {"shape", row.sides}, {"type", row.type},          {"min", nullptr},
        {"max", nullptr},   {"mean", nullptr},    {"not_finite", v.not_finite}};
    if (v.finite > 0) tensor.update({{"min", v.min}, {"max", v.max}, {"mean", v.mean}});
    list.push_back(std::move(tensor));
  }
  return list;
}

nlohmann::json mapping_json(const ImportReport& report) {
  auto mapped = nlohmann::json::array();
  for (const ImportReport::Mapping& m : report.mapped) {
    mapped.push_back(
        {{"parameter", m.param}, {"tensor", m.tensor}, {"shape", m.shape}, {"transposed", m.transposed}});
  }
  return {{"layout", report.layout},
          {"mapped", mapped},
          {"left_over", report.left_over},
          {"missing", report.missing}};
}

void print_json(const std::string& file_name, const WeightFile& file, const std::string& model,
                const std::optional<ImportReport>& report) {
  nlohmann::json json = {{"file", file_name},
                         {"format", file.format},
                         {"values", value_count(file)},
                         {"metadata", file.metadata},
                         {"removed_prefix", file.removed_prefix},
                         {"tensors", tensors_json(tensor_rows(file))}};
  if (report) {
    json["model"] = model;
    json["mapping"] = mapping_json(*report);
  } else {
    json["fits"] = fitting_networks(file, file_name);
  }
  // Names of files and tensors may be no UTF-8, which JSON demands; as ASCII, none acts on a terminal.
  fmt::print("{}\n", json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace));
}

}  // namespace

void inspect_weights(const std::filesystem::path& path, const std::string& model, bool json) {
  const ModelEntry* entry = model.empty() ? nullptr : &find_model(model);
  const std::string name = path.string();
  const WeightFile file = read_weight_file(path);
  std::optional<ImportReport> report;
  if (entry) report = compare(*entry, file, name);
  if (report) require_fit(*report, file, name);
  if (json) return print_json(name, file, model, report);

  if (report) {
    fmt::print("{} in the network {}: {}", name, model, report->text());
    return;
  }
  print_table(file, tensor_rows(file));
  const std::vector<std::string> fits = fitting_networks(file, name);
  fmt::print("\n{}\n", fits.empty() ? "fits none of the networks of `giemsa models`, heads aside"
                                    : "fits, heads aside: " + join(fits, ", "));
}

}  // namespace giemsa
