#include "giemsa/run/epoch_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"

namespace giemsa {

namespace {

/// Calls visit(key, field) for every field, in the order of the file; serves writing and reading.
template <class Record, class Visit>
void for_each_field(Record& record, Visit visit) {
  visit("epoch", record.epoch);
  visit("stage", record.stage);
  visit("lr", record.lr);
  visit("train_loss", record.train_loss);
  visit("train_accuracy", record.train_accuracy);
  visit("val_loss", record.val_loss);
  visit("val_accuracy", record.val_accuracy);
  visit("val_balanced_accuracy", record.val_balanced_accuracy);
  visit("val_macro_f1", record.val_macro_f1);
  visit("val_auc", record.val_auc);
  visit("images_per_second", record.images_per_second);
  visit("seconds", record.seconds);
  visit("best", record.best);
}

/// JSON has no NaN; it is written as null.
void read_field(const nlohmann::json& value, double& field) {
  field = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}
template <class Field>
void read_field(const nlohmann::json& value, Field& field) {
  value.get_to(field);
}

constexpr std::string_view kSelectionMetrics[] = {"accuracy", "loss", "balanced_accuracy", "macro_f1", "auc"};

}  // namespace

std::span<const std::string_view> selection_metrics() { return kSelectionMetrics; }

double selection_figure(const EpochRecord& record, std::string_view metric) {
  const double figures[] = {record.val_accuracy, -record.val_loss, record.val_balanced_accuracy,
                            record.val_macro_f1, record.val_auc};
  const auto at = std::ranges::find(kSelectionMetrics, metric);
  require(
      at != std::end(kSelectionMetrics), ErrorKind::Usage,
      fmt::format("[train] there is no validation figure '{}'", metric),
      suggest(metric, std::vector<std::string>(std::begin(kSelectionMetrics), std::end(kSelectionMetrics))));
  return figures[at - kSelectionMetrics];
}

void write_metrics(const std::filesystem::path& jsonl, const std::vector<EpochRecord>& records) {
  std::string text;
  for (const EpochRecord& record : records) {
    nlohmann::ordered_json line;
    for_each_field(record, [&](const char* key, const auto& field) { line[key] = field; });
    text += line.dump() + "\n";
  }
  write_atomic(jsonl, text);
}

std::vector<EpochRecord> read_metrics(const std::filesystem::path& jsonl) {
  std::vector<EpochRecord> records;
  std::istringstream lines(read_text(jsonl));
  for (std::string text; std::getline(lines, text);) {
    EpochRecord& record = records.emplace_back();
    try {
      const auto line = nlohmann::json::parse(text);
      for_each_field(record, [&](const char* key, auto& field) { read_field(line.at(key), field); });
    } catch (const nlohmann::json::exception& error) {
      throw Error(ErrorKind::Data,
                  fmt::format("[metrics] {} line {}: {}", jsonl.string(), records.size(), error.what()));
    }
  }
  return records;
}

}  // namespace giemsa
